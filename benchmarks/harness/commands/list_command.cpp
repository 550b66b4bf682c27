#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "benchmarks/harness/commands/commands.hpp"

namespace unitcost::harness {
namespace {

json listed(benchmark_case const& one) {
  json out{{"case", one.name()},
           {"measure", one.measure->name},
           {"model", one.model},
           {"workload", one.workload},
           {"parameters", to_json(parameters_of(one.label))},
           {"question", one.measure->question},
           {"profile", limits_of(one.least).name}};
  out["skipped"] = one.skip_reason.empty() ? json(nullptr) : json(one.skip_reason);
  return out;
}

void print_json(std::vector<benchmark_case const*> const& chosen, profile_limits const& limits, unsigned repetitions,
                double predicted) {
  json cases = json::array();
  for (benchmark_case const* one : chosen) cases.push_back(listed(*one));
  fmt::print(
      "{}\n",
      json{{"profile", limits.name}, {"repetitions", repetitions}, {"predicted_s", predicted}, {"cases", cases}}.dump(
          1));
}

/// Measure by measure, each with the question that its cases answer.
void print_for_people(std::vector<benchmark_case const*> const& chosen) {
  measure_info const* measure = nullptr;
  for (benchmark_case const* one : chosen) {
    if (measure == nullptr || one->measure->name != measure->name)
      fmt::print("{}{}: {}\n", measure ? "\n" : "", one->measure->name, one->measure->question);
    measure = one->measure;
    fmt::print("  {:<9} {}", limits_of(one->least).name, one->name());
    if (!one->skip_reason.empty()) fmt::print("  [skipped: {}]", one->skip_reason);
    fmt::print("\n");
  }
}

}  // namespace

int list_command(registry const& all, command_line const& line) {
  auto const chosen = select(all, line.wanted);
  auto const limits = limits_of(line.wanted.which);
  unsigned const repetitions = line.repetitions.value_or(limits.repetitions);
  double const predicted = predicted_s(chosen, line.wanted.which, repetitions);
  if (line.format == text_format::as_json) {
    print_json(chosen, limits, repetitions, predicted);
    return exit_ok;
  }
  if (line.names_only)
    for (benchmark_case const* one : chosen) fmt::print("{}\n", one->name());
  else
    print_for_people(chosen);
  // Not among the names, so that they can be piped on.
  fmt::print(stderr, "{} cases of profile {}; {} repetitions are predicted to take {:.0f} s\n", chosen.size(),
             limits.name, repetitions, predicted);
  return exit_ok;
}

}  // namespace unitcost::harness
