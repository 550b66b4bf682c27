#include "benchmarks/harness/contenders/contender_roll.hpp"

#include <fmt/format.h>

#include <set>
#include <stdexcept>

#include "benchmarks/harness/contenders/contender_description.hpp"
#include "benchmarks/harness/supervision/process_outcome_text.hpp"
#include "benchmarks/harness/supervision/supervised_process.hpp"

namespace unitcost::harness {
namespace {

constexpr process_limits limits_of_describing{
    .time_s = 10, .memory_bytes = 0, .processes = 0, .output_bytes = 1u << 20};

/// Why the description cannot be trusted although it may be readable; empty: it can.
std::string fault_of_describing(process_outcome const& outcome) {
  if (outcome.interrupted) return "was interrupted";
  if (outcome.timed_out) return fmt::format("was still running after {} s", limits_of_describing.time_s);
  if (outcome.output_exceeded) return fmt::format("printed more than {} bytes", limits_of_describing.output_bytes);
  if (!exited_well(outcome)) return how_it_died(outcome);
  return "";
}

contender call(contender_command const& which) {
  interrupt interruption;
  auto const outcome =
      run_supervised(arguments_to_describe(which.command), limits_of_describing, nullptr, interruption);
  if (auto const fault = fault_of_describing(outcome); !fault.empty())
    throw std::invalid_argument(
        fmt::format("contender '{}': its command with `describe` {}; try it by hand: {} describe", which.name, fault,
                    which.command));
  contender out = parse_description(which, outcome.record_text);
  if (which.was_about && *which.was_about != out.about)
    throw std::invalid_argument(
        fmt::format("contender '{}' is another than when the run was begun: \"{}\", now \"{}\"; start a new run with "
                    "--out",
                    which.name, *which.was_about, out.about));
  return out;
}

}  // namespace

std::vector<contender> call_contenders(std::vector<contender_command> const& commands) {
  std::set<std::string> names;
  for (auto const& each : commands)
    if (!names.insert(each.name).second)
      throw std::invalid_argument(
          fmt::format("two contenders are named '{}'; choose another name for one of them", each.name));
  std::vector<contender> out;
  for (auto const& each : commands) out.push_back(call(each));
  return out;
}

}  // namespace unitcost::harness
