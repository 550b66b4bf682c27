#include "benchmarks/harness/supervision/supervisor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>

#include "benchmarks/harness/machine/pressure.hpp"
#include "benchmarks/harness/machine/scoped_cgroup.hpp"
#include "benchmarks/harness/supervision/first_cpus.hpp"
#include "benchmarks/harness/supervision/process_outcome_text.hpp"
#include "impl/openmp/spinning.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::harness {
namespace {

/// Only `ok` yields numbers.
record ended(record out, ending end, std::string reason) {
  out.end = end;
  out.reason = std::move(reason);
  out.metrics.clear();
  out.histograms.clear();
  out.curves.clear();
  out.sources.clear();
  return out;
}

/// Only the last line of defence speaks here: what the supervisor itself saw, whatever the worker said.
std::optional<std::pair<ending, std::string>> enforced_end(process_outcome const& outcome,
                                                           process_limits const& limits) {
  if (outcome.timed_out) return {{ending::timed_out, fmt::format("still running after {} s", limits.time_s)}};
  if (outcome.output_exceeded)
    return {{ending::limit_reached, fmt::format("wrote more than {} bytes of output", limits.output_bytes)}};
  if (outcome.memory_exceeded)
    return {{ending::out_of_memory, fmt::format("exceeded the memory limit of {} bytes", limits.memory_bytes)}};
  return std::nullopt;
}

void add_conditions(record& out, process_outcome const& outcome) {
  auto& seen = out.circumstances;
  seen.wall_ns = outcome.wall_ns;
  seen.cpu_ns = outcome.cpu_ns;
  seen.run_queue_wait_ns = outcome.run_queue_wait_ns;
  seen.voluntary_switches = static_cast<std::uint64_t>(outcome.usage.ru_nvcsw);
  seen.involuntary_switches = static_cast<std::uint64_t>(outcome.usage.ru_nivcsw);
  seen.minor_faults = static_cast<std::uint64_t>(outcome.usage.ru_minflt);
  seen.major_faults = static_cast<std::uint64_t>(outcome.usage.ru_majflt);
}

/// What the child itself wrote of the repetition. Throws when that cannot be read.
record told_by(process_outcome const& outcome, benchmark_case const& one, record blank) {
  if (!one.external) return record_from_json(json::parse(outcome.record_text));
  one.external->read(outcome.record_text, outcome.wall_ns, blank);
  return blank;
}

}  // namespace

record interpret(process_outcome const& outcome, benchmark_case const& one, unsigned repetition,
                 process_limits const& limits) {
  record out = record_of(one, repetition);
  if (auto const enforced = enforced_end(outcome, limits)) return ended(out, enforced->first, enforced->second);
  if (!exited_well(outcome)) {
    if (outcome.processes_exceeded)
      return ended(out, ending::limit_reached, fmt::format("reached the limit of {} processes", limits.processes));
    return ended(out, ending::crashed, how_it_died(outcome));
  }
  record said;
  try {
    said = told_by(outcome, one, out);
  } catch (std::exception const& error) {
    return ended(out, ending::crashed,
                 fmt::format("its record cannot be read: {}{}", error.what(), printed_text(outcome)));
  }
  if (said.case_name != out.case_name || said.repetition != repetition)
    return ended(out, ending::wrong_result, fmt::format("its record is of {} #{}", said.case_name, said.repetition));
  if (outcome.processes_exceeded && said.end != ending::ok)
    return ended(said, ending::limit_reached,
                 fmt::format("reached the limit of {} processes: {}", limits.processes, said.reason));
  if (said.end == ending::crashed) return ended(said, said.end, said.reason + printed_text(outcome));
  if (said.end != ending::ok) return ended(said, said.end, said.reason);
  if (said.check && !said.check->holds())
    return ended(said, ending::wrong_result, "units or checksum differ from the oracle's");
  if (!outcome.left_behind.empty())
    return ended(said, ending::wrong_result, fmt::format("left {} processes behind", outcome.left_behind.size()));
  return said;
}

supervisor::supervisor(supervisor_settings settings)
    : settings_(std::move(settings)), hierarchy_(cgroup_hierarchy::detect()) {}

std::string supervisor::enforcement() const {
  if (!hierarchy_.writable) return "polled, because " + hierarchy_.why_not;
  return hierarchy_.version == cgroup_version::v1 ? "cgroup v1" : "cgroup v2";
}

record supervisor::run(benchmark_case const& one, unsigned repetition, interrupt& interruption) {
  if (!one.skip_reason.empty()) return ended(record_of(one, repetition), ending::skipped, one.skip_reason);
  try {
    return run(one, repetition, interruption, start_of(one, repetition));
  } catch (not_supported const& refused) {
    return ended(record_of(one, repetition), ending::skipped, refused.what());
  }
}

supervisor::start supervisor::start_of(benchmark_case const& one, unsigned repetition) const {
  worker_order order{one.name(),
                     settings_.which,
                     repetition,
                     settings_.seed,
                     settings_.limits.memory_bytes,
                     settings_.cpus,
                     settings_.workers,
                     settings_.limits.time_s};
  if (!one.external) return {arguments_of(order), {}, models::openmp_parts::spinning()};
  // A worker of ours confines itself; a stranger is confined, so that it has the CPUs that ours have and no others.
  if (one.cpus_used > 0) order.cpus = first_cpus(settings_.cpus, one.cpus_used);
  return {one.external->arguments(order), order.cpus, {}};
}

std::span<int const> supervisor::cpus_of(benchmark_case const& one) const {
  std::size_t const all = settings_.cpus.size();
  return std::span(settings_.cpus).first(one.cpus_used > 0 ? std::min<std::size_t>(one.cpus_used, all) : all);
}

bool supervisor::quiet(benchmark_case const& one) const {
  auto const cpus = cpus_of(one);
  return contention_.slowdown_now(cpus) <= tolerated_slowdown &&
         (cpus.size() < 2 || distance_.usual(distance_.look_again(cpus[0], cpus[1])));
}

supervisor::look supervisor::look_around(std::span<int const> cpus_used) {
  look seen{.core_slowdown = contention_.slowdown(cpus_used)};
  // Before cases that use one CPU, too: it is the more looks that tell what is usual.
  if (settings_.cpus.size() > 1) seen.round_trip_ns = distance_.look(settings_.cpus[0], settings_.cpus[1]);
  return seen;
}

void supervisor::add_looks(conditions& seen, look const& before, look const& after, std::size_t cpus_used) const {
  seen.core_slowdown = std::max(before.core_slowdown, after.core_slowdown);
  seen.core_shared = *seen.core_slowdown > tolerated_slowdown;
  if (cpus_used < 2 || !before.round_trip_ns) return;
  seen.cpu_round_trip_ns = distance_.less_usual(*before.round_trip_ns, *after.round_trip_ns);
  seen.cpus_moved = !distance_.usual(*seen.cpu_round_trip_ns);
}

record supervisor::run(benchmark_case const& one, unsigned repetition, interrupt& interruption, start const& how) {
  std::int64_t const begun = runtime::now_ns();
  process_outcome outcome;
  pressure waits;
  disturbance_verdict verdict;
  auto const cpus_used = cpus_of(one);
  std::optional<look> before;
  if (one.measure->timed) before = look_around(cpus_used);
  {
    std::optional<scoped_cgroup> group;
    if (hierarchy_.writable) {
      group.emplace(hierarchy_, std::to_string(++sequence_));
      if (settings_.limits.memory_bytes > 0) group->set_memory_limit(settings_.limits.memory_bytes);
      if (settings_.limits.processes > 0) group->set_process_limit(settings_.limits.processes);
    }
    waits = pressure::read();
    disturbance_watch const watch(static_cast<unsigned>(cpus_used.size()));
    outcome =
        run_supervised(how.arguments, settings_.limits, group ? &*group : nullptr, interruption, how.cpus, how.added);
    verdict = watch.judge(outcome.cpu_ns);
    waits = pressure::read().since(waits);
  }
  std::optional<look> after;
  if (before) after = look_around(cpus_used);
  interrupted_ |= outcome.interrupted;
  record out = interpret(outcome, one, repetition, settings_.limits);
  std::int64_t const in_case_ns = out.circumstances.wall_ns;
  add_conditions(out, outcome);
  out.circumstances.steal_ns = static_cast<std::int64_t>(verdict.steal_ns);
  out.circumstances.others_cpu_ns = static_cast<std::int64_t>(verdict.others_cpu_ns);
  if (before) add_looks(out.circumstances, *before, *after, cpus_used.size());
  out.circumstances.disturbed = verdict.disturbed;
  out.circumstances.cpu_pressure_ns = waits.cpu_ns;
  out.circumstances.memory_pressure_ns = waits.memory_ns;
  out.circumstances.io_pressure_ns = waits.io_ns;
  if (verdict.disturbed) out.notes.push_back(verdict.reason);
  out.circumstances.harness_ns = runtime::now_ns() - begun - in_case_ns;
  return out;
}

}  // namespace unitcost::harness
