#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "benchmarks/harness/commands/commands.hpp"

namespace unitcost::harness {

int explain_command(registry const& all, command_line const& line) {
  benchmark_case const* const one = all.find(line.explained_case);
  if (one == nullptr) {
    fmt::print(stderr, "there is no case '{}'; `unitcost list --profile full` prints all names\n", line.explained_case);
    return exit_bad_usage;
  }
  auto const& measure = *one->measure;
  fmt::print("{}\n\n", one->name());
  fmt::print("question     {}\n", measure.question);
  fmt::print("from         {}\n", measure.from);
  fmt::print("to           {}\n", measure.to);
  fmt::print("unit         {}\n", measure.unit);
  fmt::print("method       {}\n", measure.method);
  fmt::print("source       {}\n", measure.source);
  fmt::print("parameters   {}\n", to_json(parameters_of(one->label)).dump());
  fmt::print("measure in   {}\n", measure.file);
  fmt::print("model in     {}\n", one->model_file);
  fmt::print("profile      {} and beyond\n", limits_of(one->least).name);
  if (!one->skip_reason.empty()) fmt::print("skipped      {}\n", one->skip_reason);
  return exit_ok;
}

}  // namespace unitcost::harness
