// std_thread: each unit is a kernel thread of its own, started when it is spawned and ended when it returns. The
// kernel schedules all of them; a unit that waits is simply not run.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/in_process_units.hpp"
#include "impl/runtime/posix_thread.hpp"
#include "impl/runtime/scope_of.hpp"
#include "impl/std_thread/held_thread.hpp"

namespace unitcost::models {

class std_thread_on_small_stacks;

/// Placement: there are no workers to place. So that `workers:k` bounds the parallelism all the same, the units are
/// confined to the first k of the given CPUs; without CPUs the kernel uses all it has. The object also confines the
/// thread that makes it, of which the units inherit it, and has to be destroyed by that thread.
///
/// An exception that leaves the root reaches run's caller; one that leaves another unit ends the program, as it does
/// with std::thread. A thread that could not be started throws limit_reached in the unit that spawns it.
class std_thread {
 public:
  struct options {
    std::size_t stack_bytes = 0;  ///< 0: the system's default, mostly 8 MiB
  };

  static constexpr std::string_view name = "std_thread";
  static constexpr capabilities abilities{
      .parallel = true, .preemptive = true, .shares_memory = true, .waits_without_worker = true};
  static std::vector<variant<options>> variants();
  using in_another_way = std_thread_on_small_stacks;  ///< see ways.hpp

  struct context {
    class scope;
    std_thread& model;

    void give_turn() { std::this_thread::yield(); }

    /// See `holding`. A daemon may outlive the model; then its context is good for no more units.
    template <class Body>
    threads::held_thread start(started_as const& as, Body body);
  };

  std_thread(options const& chosen, placement const& where);

  template <class Root>
  auto run(Root root) {
    units_made_ = 1;
    std::packaged_task<std::invoke_result_t<Root&, context&>()> unit([this, &root] {
      context own{*this};
      return root(own);
    });
    auto result = unit.get_future();
    runtime::posix_thread(attributes_, std::ref(unit)).join();
    return result.get();
  }
  std::uint64_t units_made() const { return units_made_; }

  class idle;
  static constexpr std::uint64_t idle_unit_count = 1024;
  static std::uint64_t unit_limit(options const&) { return runtime::thread_limit(); }

  static std::vector<handover> handovers();
  static ring_outcome run_ring(options const& chosen, placement const& where, ring_shape const& ring);

 private:
  runtime::cpu_confinement confinement_;
  runtime::thread_attributes attributes_;
  std::atomic<std::uint64_t> units_made_{0};
};

/// The same where units are connections: as many threads as there are of these, on the smallest stacks there are.
class std_thread_on_small_stacks : public std_thread {
 public:
  static constexpr std::string_view way = "stacks:16KiB";
  static std::string why_not_here() { return {}; }
  static std::vector<variant<options>> variants() { return {std_thread::variants().back()}; }

  using std_thread::std_thread;
};

template <class Body>
threads::held_thread std_thread::context::start(started_as const& as, Body body) {
  return {model.attributes_, as, [&own_model = model, body = std::move(body)]() mutable {
            context own{own_model};
            body(own);
          }};
}

/// Owns the threads that it spawned; also when it is left by an exception it ends only after them.
class std_thread::context::scope : public runtime::scope_of<context> {
 public:
  using scope_of::scope_of;

  template <class Result, class Unit>
  void spawn(Result& result, Unit unit) {
    children_.emplace_back(parent_.model.attributes_, [&result, unit, &model = parent_.model] {
      context own{model};
      result = unit(own);
    });
    // Relaxed: read after the joins, which order it.
    parent_.model.units_made_.fetch_add(1, std::memory_order_relaxed);
  }
  void join() { children_.clear(); }

 private:
  std::vector<runtime::posix_thread> children_;
};

/// Threads that sleep on one futex. glibc would keep the stacks of ended threads, so none ends before `release`.
class std_thread::idle : public runtime::in_process_units {
 public:
  idle(options const& chosen, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes);
  ~idle() { release(); }

  void grow_to(std::uint64_t count);
  void release();

 private:
  runtime::thread_attributes attributes_;
  unit_arrivals& arrivals_;
  std::size_t touch_bytes_;
  runtime::futex_gate gate_;
  std::vector<runtime::posix_thread> threads_;
};

static_assert(direct_model<std_thread> && holding<std_thread::context>);

}  // namespace unitcost::models
