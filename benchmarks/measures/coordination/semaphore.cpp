#include "benchmarks/measures/coordination/semaphore.hpp"

#include <algorithm>

#include "benchmarks/measures/all.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

permit_holders::permit_holders(unsigned units, unsigned permit_count, unsigned rounds, bool blocks)
    : permits_(permit_count), rounds_(rounds), blocks_(blocks), each_(units) {}

void permit_holders::note(unsigned holders) {
  unsigned most = most_.load(std::memory_order_relaxed);
  while (holders > most && !most_.compare_exchange_weak(most, holders, std::memory_order_relaxed)) {
  }
}

pause permit_holders::step(unsigned index) {
  holder& own = each_[index];
  if (own.begun_ns == 0) own.begun_ns = runtime::now_ns();
  if (own.holds) {
    // Before the release: whoever has the permit next must not be counted beside this one.
    now_.fetch_sub(1, std::memory_order_relaxed);
    permits_.release();
    own.holds = false;
    if (++own.rounds < rounds_) return next_turn;
    own.ended_ns = runtime::now_ns();
    return no_more;
  }
  if (blocks_)
    permits_.acquire();
  else if (!permits_.try_acquire())
    return next_turn;
  note(now_.fetch_add(1, std::memory_order_relaxed) + 1);
  own.holds = true;
  return next_turn;
}

std::uint64_t permit_holders::acquired() const {
  std::uint64_t sum = 0;
  for (holder const& each : each_) sum += each.rounds;
  return sum;
}

std::int64_t permit_holders::elapsed_ns() const {
  return std::ranges::max(each_, {}, &holder::ended_ns).ended_ns -
         std::ranges::min(each_, {}, &holder::begun_ns).begun_ns;
}

void check_holders(permit_holders const& holders, unsigned permit_count, std::uint64_t due,
                   harness::measurement& given) {
  given.check(holders.acquired(), due, holders.most_holders() <= permit_count ? 1 : 0, 1);
}

void measure_semaphore(unit_kind const& kind, unsigned workers, harness::measurement& given) {
  constexpr unsigned units = 16, permit_count = 4, rounds = 500;
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  runtime::shared_object<permit_holders> holders(units, permit_count, rounds, kind.is_scheduled_by_kernel());
  kind.run({.workers = workers, .cpus = cpus}, units, steps_of(*holders));
  check_holders(*holders, permit_count, std::uint64_t{units} * rounds, given);
  given.report({.name = "most_holders",
                .label = "of 4 permits, those held at once at most",
                .value = static_cast<double>(holders->most_holders()),
                .unit = "1",
                .better = harness::direction::neither,
                .samples = units * rounds},
               "the holders' own count");
  given.report({.name = "contended_ns",
                .label = "acquire and release among 16 units for 4 permits",
                .value = static_cast<double>(holders->elapsed_ns()) / (units * rounds),
                .unit = "ns",
                .samples = units * rounds},
               "CLOCK_MONOTONIC");
  runtime::shared_object<runtime::posix_semaphore> alone(1u);
  auto const loop = given.time_loop(given.measuring_s() / 4, [&alone](std::uint64_t times) {
    std::int64_t const from_ns = runtime::now_ns();
    for (std::uint64_t time = 0; time < times; ++time) {
      alone->acquire();
      alone->release();
    }
    return runtime::now_ns() - from_ns;
  });
  given.report({.name = "alone_ns",
                .label = "acquire and release by one unit alone",
                .value = loop.ns_per_iteration,
                .unit = "ns",
                .samples = loop.iterations},
               "CLOCK_MONOTONIC");
}

void add_semaphore(harness::registry& all) {
  for (unit_kind const& kind : unit_kinds())
    for (unsigned workers : {1u, 2u}) {
      auto one = case_of(kind, semaphore_info, "permits", "units:16/permits:4", workers);
      one.prediction_factor = 0.4;
      if (kind.model == "std_thread" && workers == 2) one.least = harness::profile::quick;
      if (workers > 1 && kind.takes_turns && !kind.parallel_turns)
        one.skip_reason = std::string(kind.model) + "'s coroutines take turns on one worker";
      one.run = [&kind, workers](harness::measurement& given) { measure_semaphore(kind, workers, given); };
      all.add(one);
    }
}

}  // namespace unitcost::measures
