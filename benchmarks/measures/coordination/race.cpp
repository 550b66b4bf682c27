#include "benchmarks/measures/coordination/race.hpp"

#include "benchmarks/measures/all.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

pause raced_counter::step(unsigned index) {
  // Relaxed: nothing is ordered by a counter, and an order would only narrow the gap that is being looked for.
  for (std::uint64_t addition = 0; addition < additions_in_a_step; ++addition)
    counter_.store(counter_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  std::uint64_t& own = made_[index].count;
  own += additions_in_a_step;
  return own < steps_ * additions_in_a_step ? next_turn : no_more;
}

std::uint64_t raced_counter::made() const {
  std::uint64_t sum = 0;
  for (auto const& each : made_) sum += each.count;
  return sum;
}

void report_race(std::uint64_t counted, std::uint64_t made, std::uint64_t due, harness::measurement& given) {
  given.check(made, due, counted <= made ? 1 : 0, 1);
  given.report({.name = "lost_per_million",
                .label = "updates of an unprotected counter that were lost, of a million",
                .value = static_cast<double>(made - counted) / static_cast<double>(made) * 1e6,
                .unit = "1",
                .samples = made},
               "the counter against the units' own counts");
}

void measure_race(unit_kind const& kind, unsigned workers, harness::measurement& given) {
  constexpr unsigned units = 4;
  unsigned const steps = given.settings().which == harness::profile::quick ? 500 : 2000;
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  runtime::shared_object<raced_counter> counter(units, steps);
  kind.run({.workers = workers, .cpus = cpus}, units, steps_of(*counter));
  report_race(counter->counted(), counter->made(), counter->due(), given);
}

void add_race(harness::registry& all) {
  for (unit_kind const& kind : unit_kinds())
    for (unsigned workers : {1u, 2u}) {
      auto one = case_of(kind, race_info, "counter", "units:4", workers);
      one.prediction_factor = 0.2;
      if (kind.model == "std_thread" && workers == 2) one.least = harness::profile::quick;
      one.run = [&kind, workers](harness::measurement& given) { measure_race(kind, workers, given); };
      all.add(one);
    }
}

}  // namespace unitcost::measures
