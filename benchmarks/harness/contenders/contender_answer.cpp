#include "benchmarks/harness/contenders/contender_answer.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unitcost::harness {
namespace {

// nlohmann would turn -1 into 2^64 - 1 and 0.5 into 0.
std::uint64_t whole_number(json const& said, char const* key) {
  if (!said.at(key).is_number_unsigned())
    throw std::invalid_argument(
        fmt::format("\"{}\" is {}, not a whole number of at least 0", key, said.at(key).dump()));
  return said.at(key).get<std::uint64_t>();
}

std::uint64_t sixteen_digits(json const& said, char const* key) {
  auto const text = said.at(key).get<std::string>();
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 16 || error != std::errc{} || end != text.data() + text.size())
    throw std::invalid_argument(fmt::format("\"{}\" is \"{}\", not 16 hexadecimal digits", key, text));
  return value;
}

double plain_number(json const& said, char const* key) {
  if (!said.at(key).is_number())
    throw std::invalid_argument(fmt::format("\"{}\" is {}, not a number", key, said.at(key).dump()));
  return said.at(key).get<double>();
}

contender_answer answer_from(json const& said, facts_due due) {
  contender_answer out;
  out.end = parse_ending(said.at("end").get<std::string>());
  if (out.end == ending::ok) {
    out.facts.units = whole_number(said, "units");
    out.facts.checksum = sixteen_digits(said, "checksum");
    if (due == facts_due::of_units) return out;
    out.facts.runs = whole_number(said, "runs");
    out.facts.elapsed_ns = plain_number(said, "elapsed_ns");
    if (said.contains("samples")) out.samples = said.at("samples").get<decltype(out.samples)>();
    return out;
  }
  if (out.end == ending::unstable) throw std::invalid_argument("only unitcost can tell that a repetition was unstable");
  out.reason = said.value("reason", std::string());
  if (out.reason.empty())
    throw std::invalid_argument(fmt::format("it ended {} without a \"reason\"", to_string(out.end)));
  return out;
}

}  // namespace

std::vector<double> const& contender_answer::samples_of(std::string_view name) const {
  auto const found = samples.find(name);
  if (found == samples.end() || found->second.empty())
    throw std::invalid_argument(fmt::format("there are no \"samples\" called \"{}\"", name));
  return found->second;
}

contender_answer parse_contender_answer(std::string_view text, facts_due due) {
  if (text.empty()) throw std::invalid_argument("nothing was written to descriptor 3");
  try {
    json const said = json::parse(text);
    if (!said.is_object()) throw std::invalid_argument("it is not a JSON object");
    return answer_from(said, due);
  } catch (nlohmann::json::exception const& error) {
    throw std::invalid_argument(error.what());
  }
}

std::string to_text(contender_answer const& answer) {
  json out{{"end", to_string(answer.end)}};
  if (answer.end == ending::ok) {
    out["units"] = answer.facts.units;
    out["checksum"] = fmt::format("{:016x}", answer.facts.checksum);
    out["runs"] = answer.facts.runs;
    out["elapsed_ns"] = answer.facts.elapsed_ns;
  } else {
    out["reason"] = answer.reason;
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string impossibility_of(work_facts const& facts, std::int64_t lived_ns) {
  if (facts.runs == 0) return "it says that it ran 0 times";
  if (!(facts.elapsed_ns > 0)) return fmt::format("it says that its runs took {} ns", facts.elapsed_ns);
  if (facts.elapsed_ns > static_cast<double>(lived_ns))
    return fmt::format("it says that its runs took {:.0f} ns, and lived for {} ns", facts.elapsed_ns, lived_ns);
  return "";
}

}  // namespace unitcost::harness
