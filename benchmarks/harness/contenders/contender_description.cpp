#include "benchmarks/harness/contenders/contender_description.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unitcost::harness {
namespace {

constexpr char description_example[] =
    R"({"protocol": 1, "about": "runtime and version, compiler, flags", "measures": {"throughput": ["fib"]}})";

[[noreturn]] void refuse_description(std::string const& name, std::string const& what) {
  throw std::invalid_argument(fmt::format("contender '{}': {}; `describe` has to print one JSON object such as {}",
                                          name, what, description_example));
}

}  // namespace

contender parse_description(contender_command const& which, std::string_view printed) {
  json const said = json::parse(printed, nullptr, false);
  if (!said.is_object()) refuse_description(which.name, "what it printed for `describe` is not one JSON object");
  if (!said.contains("protocol")) refuse_description(which.name, "its description has no \"protocol\"");
  if (said.at("protocol") != contender_protocol)
    refuse_description(which.name, fmt::format("it speaks protocol {}, this unitcost speaks protocol {}",
                                               said.at("protocol").dump(), contender_protocol));
  contender out{which.name, which.command, "", {}};
  try {
    out.about = said.at("about").get<std::string>();
    out.measures = said.at("measures").get<decltype(out.measures)>();
  } catch (nlohmann::json::exception const& error) {
    refuse_description(which.name, fmt::format("its description cannot be used ({})", error.what()));
  }
  if (out.about.empty()) refuse_description(which.name, "its \"about\" is empty");
  if (out.measures.empty()) refuse_description(which.name, "its \"measures\" are none");
  return out;
}

json description_of(contender const& what) {
  return {{"protocol", contender_protocol}, {"about", what.about}, {"measures", what.measures}};
}

}  // namespace unitcost::harness
