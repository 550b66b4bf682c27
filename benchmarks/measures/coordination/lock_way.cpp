#include "benchmarks/measures/coordination/lock_way.hpp"

#include <algorithm>
#include <array>
#include <boost/fiber/mutex.hpp>
#include <stdexcept>
#include <string>

#include "impl/process_pool/robust_mutex.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_region.hpp"
#include "impl/runtime/spin_lock.hpp"

namespace unitcost::measures {
namespace {

/// Units that give turns do so often enough to be under way together; what the kernel schedules needs not to.
std::uint64_t rounds_in_a_step(lock_place const& place, round_plan const& plan) {
  return place.kind.is_scheduled_by_kernel() ? plan.rounds : plan.between_turns;
}

template <class Lock>
rounds_made run_by_steps_under(lock_place const& place, round_plan const& plan) {
  round_plan placed = plan;
  placed.cpus = place.where.cpus;
  runtime::shared_object<locked_rounds<Lock>> all(place.units, placed, meeting_of(place),
                                                  rounds_in_a_step(place, plan));
  place.kind.run(place.where, place.units, steps_of(*all));
  return all->made();
}

template <class Lock>
std::int64_t caller_alone_ns(lock_place const&, std::uint64_t pairs) {
  runtime::shared_object<Lock> lock;
  std::int64_t const begun_ns = runtime::now_ns();
  for (std::uint64_t pair = 0; pair < pairs; ++pair) {
    lock->lock();
    asm volatile("" : : : "memory");  // what would be done under it
    lock->unlock();
  }
  return runtime::now_ns() - begun_ns;
}

rounds_made run_under_mutex(lock_place const& place, round_plan const& plan) {
  return place.kind.abilities.shares_memory ? run_by_steps_under<std::mutex>(place, plan)
                                            : run_by_steps_under<processes::robust_mutex>(place, plan);
}
std::int64_t mutex_alone_ns(lock_place const& place, std::uint64_t pairs) {
  return place.kind.abilities.shares_memory ? caller_alone_ns<std::mutex>(place, pairs)
                                            : caller_alone_ns<processes::robust_mutex>(place, pairs);
}

constexpr std::array ways{
    lock_way{"", "std_mutex", run_under_mutex, mutex_alone_ns},
    lock_way{"", "spin", run_by_steps_under<runtime::spin_lock>, caller_alone_ns<runtime::spin_lock>},
    lock_way{"boost_fiber", "own", run_by_steps_under<boost::fibers::mutex>, caller_alone_ns<boost::fibers::mutex>},
    lock_way{"stackful", "own", run_under_fiber_mutex, fiber_mutex_alone_ns},
    lock_way{"stackless", "own", run_under_coroutine_mutex, coroutine_mutex_alone_ns},
};

}  // namespace

std::span<lock_way const> lock_ways() { return ways; }

lock_way const& lock_way_of(std::string_view model, std::string_view name) {
  auto const found = std::ranges::find_if(
      ways, [&](lock_way const& way) { return way.name == name && (way.model.empty() || way.model == model); });
  if (found == ways.end()) throw std::out_of_range(std::string(model) + " has no lock called " + std::string(name));
  return *found;
}

meeting meeting_of(lock_place const& place) {
  unit_kind const& kind = place.kind;
  if (place.units < 2) return meeting::none;
  if (kind.is_scheduled_by_kernel()) return meeting::blocking;
  return kind.takes_turns && (place.where.workers == 1 || kind.parallel_turns) ? meeting::by_turns : meeting::none;
}

}  // namespace unitcost::measures
