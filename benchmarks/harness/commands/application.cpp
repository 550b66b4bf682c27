#include "benchmarks/harness/commands/application.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "benchmarks/harness/commands/commands.hpp"
#include "benchmarks/harness/commands/contend_command.hpp"
#include "benchmarks/harness/contenders/contender_roll.hpp"
#include "benchmarks/harness/supervision/worker.hpp"

namespace unitcost::harness {
namespace {

int run_worker(std::vector<std::string> const& arguments, std::function<void(registry&)> const& add_cases) {
  worker_order const order = parse_worker_order(arguments);
  registry all({.workers = order.workers, .contenders = order.contenders, .only = order.case_name});
  add_cases(all);
  return worker_main(all, order);
}

int run_person(std::vector<std::string> arguments, std::function<void(registry&)> const& add_cases) {
  std::optional<int> exit_status;
  command_line line = parse_command_line(std::move(arguments), exit_status);
  if (exit_status) return *exit_status;
  if (line.what == command::doctor) return doctor_command(line);
  if (!line.resume.empty()) line = as_begun(std::move(line));
  registry all({worker_counts(line, usable_cpus(line).size()), call_contenders(line.contenders)});
  add_cases(all);
  switch (line.what) {
    case command::list:
      return list_command(all, line);
    case command::explain:
      return explain_command(all, line);
    default:
      return run_command(all, line);
  }
}

}  // namespace

int run_application(std::vector<std::string> arguments, std::function<void(registry&)> const& add_cases) {
  try {
    if (!arguments.empty() && arguments.front() == "worker")
      return run_worker({arguments.begin() + 1, arguments.end()}, add_cases);
    if (!arguments.empty() && arguments.front() == "contend")
      return contend_command({arguments.begin() + 1, arguments.end()}, add_cases);
    return run_person(std::move(arguments), add_cases);
  } catch (std::exception const& error) {
    fmt::print(stderr, "unitcost: {}\n", error.what());
    return exit_bad_usage;
  }
}

}  // namespace unitcost::harness
