// Units that wait at a mutex by their own means, which takes their context: fibers and coroutines on one worker.
#include "benchmarks/measures/coordination/lock_way.hpp"
#include "benchmarks/measures/together.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_region.hpp"
#include "impl/runtime/unit_mutex.hpp"
#include "impl/stackful/stackful.hpp"
#include "impl/stackless/stackless.hpp"
#include "impl/stackless/waiting/mutex.hpp"

namespace unitcost::measures {
namespace {

template <class Mutex>
struct rounds_under_own {
  guarded_work work;
  Mutex mutex{};
};

struct by_own_mutex {
  template <class Model>
  static void direct(typename Model::context& unit, rounds_under_own<runtime::unit_mutex<typename Model::context>>& all,
                     unsigned index) {
    while (!all.work.may_begin(index)) unit.give_turn();
    while (all.work.take(index)) {
      all.work.work_outside(index);
      all.mutex.lock(unit);
      all.work.enter(index);
      unit.give_turn();
      all.work.leave(index);
      all.mutex.unlock(unit);
    }
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among,
                                             rounds_under_own<stackless_runtime::mutex>& all, unsigned index) {
    while (!all.work.may_begin(index)) co_await among.give();
    while (all.work.take(index)) {
      all.work.work_outside(index);
      co_await all.mutex.lock(among);
      all.work.enter(index);
      co_await among.give();
      all.work.leave(index);
      all.mutex.unlock(among);
    }
  }
};

template <class Mutex>
struct pairs_of_one {
  std::uint64_t pairs;
  std::int64_t elapsed_ns = 0;
  Mutex mutex{};
};

struct by_own_mutex_alone {
  template <class Model>
  static void direct(typename Model::context& unit, pairs_of_one<runtime::unit_mutex<typename Model::context>>& one,
                     unsigned) {
    std::int64_t const begun_ns = runtime::now_ns();
    for (std::uint64_t pair = 0; pair < one.pairs; ++pair) {
      one.mutex.lock(unit);
      asm volatile("" : : : "memory");  // what would be done under it
      one.mutex.unlock(unit);
    }
    one.elapsed_ns = runtime::now_ns() - begun_ns;
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, pairs_of_one<stackless_runtime::mutex>& one,
                                             unsigned) {
    std::int64_t const begun_ns = runtime::now_ns();
    for (std::uint64_t pair = 0; pair < one.pairs; ++pair) {
      co_await one.mutex.lock(among);
      asm volatile("" : : : "memory");
      one.mutex.unlock(among);
    }
    one.elapsed_ns = runtime::now_ns() - begun_ns;
  }
};

template <class Model, class Mutex>
rounds_made run_under_own(lock_place const& place, round_plan const& plan) {
  rounds_under_own<Mutex> all{.work = {place.units, plan, meeting_of(place)}};
  run_together<by_own_mutex, Model>(Model::variants().front().options, place.where, place.units, all);
  return all.work.made();
}

template <class Model, class Mutex>
std::int64_t own_alone_ns(lock_place const& place, std::uint64_t pairs) {
  pairs_of_one<Mutex> one{.pairs = pairs};
  run_together<by_own_mutex_alone, Model>(Model::variants().front().options, place.where, 1, one);
  return one.elapsed_ns;
}

using fiber_mutex = runtime::unit_mutex<models::stackful::context>;

}  // namespace

rounds_made run_under_fiber_mutex(lock_place const& place, round_plan const& plan) {
  return run_under_own<models::stackful, fiber_mutex>(place, plan);
}
std::int64_t fiber_mutex_alone_ns(lock_place const& place, std::uint64_t pairs) {
  return own_alone_ns<models::stackful, fiber_mutex>(place, pairs);
}
rounds_made run_under_coroutine_mutex(lock_place const& place, round_plan const& plan) {
  return run_under_own<models::stackless, stackless_runtime::mutex>(place, plan);
}
std::int64_t coroutine_mutex_alone_ns(lock_place const& place, std::uint64_t pairs) {
  return own_alone_ns<models::stackless, stackless_runtime::mutex>(place, pairs);
}

}  // namespace unitcost::measures
