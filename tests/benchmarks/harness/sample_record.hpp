// A record with every field filled, each with a value of its own, so that two fields that change places are noticed.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

inline metric sample_metric(std::string name = "spawn_latency_ns", double value = 1250.5, std::string unit = "ns") {
  metric one;
  one.name = std::move(name);
  one.label = "call to first instruction";
  one.value = value;
  one.unit = std::move(unit);
  one.samples = 64;
  one.headline = true;
  return one;
}

inline metric fitted_metric() {
  metric one = sample_metric("total_bytes_per_unit", 35'700, "bytes");
  one.better = direction::greater;
  one.fit_low = 35'500;
  one.fit_high = 35'900;
  one.expected_low = 35'000;
  one.expected_high = 36'000;
  one.headline = false;
  return one;
}

inline conditions sample_conditions() {
  conditions seen;
  seen.wall_ns = 101;
  seen.harness_ns = 102;
  seen.cpu_ns = 103;
  seen.steal_ns = 104;
  seen.others_cpu_ns = 105;
  seen.core_slowdown = 1.25;
  seen.core_shared = true;
  seen.cpu_round_trip_ns = 190.5;
  seen.cpus_moved = true;
  seen.run_queue_wait_ns = 106;
  seen.voluntary_switches = 107;
  seen.involuntary_switches = 108;
  seen.minor_faults = 109;
  seen.major_faults = 110;
  seen.cpu_pressure_ns = 111;
  seen.memory_pressure_ns = 112;
  seen.io_pressure_ns = 113;
  seen.disturbed = true;
  return seen;
}

inline record sample_record(unsigned repetition = 3) {
  record one;
  one.case_name = "spawn/std_thread/idle/cores:1";
  one.measure = "spawn";
  one.model = "std_thread";
  one.workload = "idle";
  one.parameters = {{"cores", "1"}};
  one.repetition = repetition;
  one.headline = true;
  one.metrics = {sample_metric(), fitted_metric()};
  one.histograms = {
      {"spawn_latency_ns", "latency", "ns", 64, {{"50", 1200.0}, {"90", 1900.0}}, {{1024.0, 60}, {2048.0, 4}}}};
  one.curves = {{"growth", "bytes over units", "units", "1", "bytes", "bytes", {{64, 1000}, {128, 2000}}}};
  one.check = work_check{7, 8, 0xffff'ffff'ffff'fffe, 0x10};
  one.sources = {{"spawn_latency_ns", "CLOCK_MONOTONIC"}};
  one.notes = {"pinned"};
  one.circumstances = sample_conditions();
  return one;
}

inline record failed_record(ending end, std::string reason, unsigned repetition = 0) {
  record one = sample_record(repetition);
  one.end = end;
  one.reason = std::move(reason);
  one.metrics.clear();
  return one;
}

}  // namespace unitcost::harness
