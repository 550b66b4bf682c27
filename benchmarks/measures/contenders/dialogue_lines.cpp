#include "benchmarks/measures/contenders/dialogue_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/harness/contenders/contender_answer.hpp"
#include "benchmarks/harness/supervision/ended_as.hpp"

namespace unitcost::measures {
namespace {

using harness::ended_as;
using harness::ending;

/// The beginning of what may be no text at all.
std::string quoted(std::string const& line) {
  std::string beginning = line.substr(0, 100);
  std::ranges::replace_if(
      beginning, [](char each) { return each < ' ' || each > '~'; }, '?');
  return '"' + beginning + '"';
}

bool is_end(harness::json const& said) { return said.is_object() && said.contains("end"); }

}  // namespace

std::string answer_to(harness::contender_dialogue& program, std::string_view question) {
  std::string line = program.ask(question);
  if (is_end(harness::json::parse(line, nullptr, false)) && !program.finish().empty())
    throw std::runtime_error("it wrote more after its end");
  return line;
}

std::uint64_t told_number(std::string const& line, std::string_view asked, char const* key, std::string_view due) {
  auto const said = harness::json::parse(line, nullptr, false);
  if (is_end(said)) {
    told_at_the_end(line);
    throw ended_as(ending::wrong_result, fmt::format("it came to its end when asked {}", asked));
  }
  if (!said.is_object() || !said.contains(key) || !said[key].is_number_unsigned())
    throw std::runtime_error(fmt::format(R"(asked {} it wrote {}, not {{"{}": {}}})", asked, quoted(line), key, due));
  return said[key].get<std::uint64_t>();
}

harness::work_facts told_at_the_end(std::string const& written) {
  auto const answer = harness::parse_contender_answer(written, harness::facts_due::of_units);
  if (answer.end != ending::ok) throw ended_as(answer.end, answer.reason);
  return answer.facts;
}

}  // namespace unitcost::measures
