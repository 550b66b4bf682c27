#include "benchmarks/harness/supervision/measurement.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/harness/supervision/first_cpus.hpp"

namespace unitcost::harness {
namespace {

/// Keeps what the library measured instead of printing it.
class capturing_reporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(Context const&) override { return true; }
  void ReportRuns(std::vector<Run> const& report) override {
    for (Run const& run : report) runs.push_back(run);
  }
  std::vector<Run> runs;
};

}  // namespace

std::vector<int> measurement::first_cpus(std::size_t count) const { return harness::first_cpus(settings_.cpus, count); }

void measurement::report(metric value, std::string source) {
  if (!std::isfinite(value.value))
    throw std::runtime_error(fmt::format("{} came out as {}: nothing was measured", value.name, value.value));
  out_.sources[value.name] = std::move(source);
  out_.metrics.push_back(std::move(value));
}

void measurement::report(histogram distribution) { out_.histograms.push_back(std::move(distribution)); }

void measurement::report(series curve) { out_.curves.push_back(std::move(curve)); }

void measurement::tell(work_facts const& facts) { out_.facts = facts; }

void measurement::note(std::string text) { out_.notes.push_back(std::move(text)); }

void measurement::check(std::uint64_t units, std::uint64_t expected_units, std::uint64_t checksum,
                        std::uint64_t expected_checksum) {
  work_check total = out_.check.value_or(work_check{});
  total.units += units;
  total.expected_units += expected_units;
  // Chained rather than added, so that errors of two checks cannot cancel (FNV-1a's prime).
  constexpr std::uint64_t prime = 0x100000001b3;
  total.checksum = total.checksum * prime ^ checksum;
  total.expected_checksum = total.expected_checksum * prime ^ expected_checksum;
  out_.check = total;
}

measurement::loop_time measurement::time_loop(double minimum_s,
                                              std::function<std::int64_t(std::uint64_t)> const& batch) {
  // The first iteration, which warms what it needs, tells how many stretches there is time for.
  auto const first_ns = static_cast<double>(batch(1));
  double const first_s = first_ns * 1e-9;
  if (first_s >= minimum_s) return {first_ns, 1, first_ns};
  int const stretches = static_cast<int>(std::clamp(minimum_s / std::max(first_s, 1e-9), 1.0, 9.0));
  benchmark::ClearRegisteredBenchmarks();
  benchmark::RegisterBenchmark(
      out_.case_name.c_str(),
      [&](benchmark::State& state) {
        while (state.KeepRunningBatch(state.max_iterations))
          state.SetIterationTime(static_cast<double>(batch(static_cast<std::uint64_t>(state.max_iterations))) * 1e-9);
      })
      ->UseManualTime()
      ->MinTime(minimum_s / stretches)
      ->Repetitions(stretches);
  capturing_reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  std::uint64_t iterations = 0;
  double elapsed_ns = 0;
  std::vector<double> costs_ns;
  for (auto const& run : reporter.runs) {
    if (run.error_occurred) throw std::runtime_error(run.error_message);
    if (run.run_type != benchmark::BenchmarkReporter::Run::RT_Iteration) continue;
    costs_ns.push_back(run.real_accumulated_time * 1e9 / static_cast<double>(run.iterations));
    iterations += static_cast<std::uint64_t>(run.iterations);
    elapsed_ns += run.real_accumulated_time * 1e9;
  }
  if (costs_ns.size() != static_cast<std::size_t>(stretches))
    throw std::logic_error(fmt::format("{} stretches were ordered and {} ran", stretches, costs_ns.size()));
  return {median(costs_ns), iterations, elapsed_ns};
}

}  // namespace unitcost::harness
