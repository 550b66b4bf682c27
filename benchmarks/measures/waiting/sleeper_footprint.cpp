#include "benchmarks/measures/waiting/sleeper_footprint.hpp"

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"

namespace unitcost::measures {

void report_sleepers(sleeper_run const& run, harness::measurement& given) {
  std::uint64_t expected = 0;
  for (std::uint64_t index = 0; index < run.steps.back(); ++index) expected += unit_arrivals::hash(index);
  given.check(run.arrivals.count, run.steps.back(), run.arrivals.checksum, expected);
  if (run.last_reading_ns >= run.begun_ns + run.delay_ns)
    throw harness::not_stable("the first units woke up before all slept");
  using reading = footprint_reading;
  report_columns(
      {{"resident_bytes_per_unit", "user memory per unit", false, [](reading const& r) { return r.memory.user_bytes; }},
       {"kernel_bytes_per_unit", "kernel memory per unit", false,
        [](reading const& r) { return r.memory.kernel_bytes; }},
       {"total_bytes_per_unit", "memory per unit", false, [](reading const& r) { return r.memory.total_bytes; }}},
      {run.readings.begin(), run.readings.end()}, run.account.source(), given);
}

harness::benchmark_case sleeper_footprint_case_of(std::string_view model) {
  auto one = case_of(model, sleeper_footprint_info, "sleeping", "", harness::profile::full);
  one.cpus_used = 1;
  return one;
}

void add_sleeper_footprint(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_sleeper_footprint_cases<Model>(all); });
}

}  // namespace unitcost::measures
