// stackless: a unit is a C++20 coroutine, started and joined by workers that steal continuations from each other.
//
// This is the adapter. The runtime is in fork_join/, from the bottom: frame_allocator.hpp, cached_frame.hpp,
// split_join.hpp, unit.hpp, plain_start.hpp, worker.hpp, task.hpp, scheduler.hpp. From impl/runtime come
// work_stealing_deque.hpp, parking.hpp and run_state.hpp. What units do beside forking and joining is in waiting/;
// rings and idle units are what is measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/completion_reactor.hpp"
#include "impl/stackless/fork_join/scheduler.hpp"
#include "impl/stackless/fork_join/task.hpp"
#include "impl/stackless/idle_units.hpp"
#include "impl/stackless/waiting/channel.hpp"
#include "impl/stackless/waiting/turns.hpp"

namespace unitcost::models {

struct stackless_over_io_uring;

class stackless {
 public:
  using in_another_way = stackless_over_io_uring;  ///< see ways.hpp
  struct options {};

  static constexpr std::string_view name = "stackless";
  static constexpr capabilities abilities{
      .parallel = true, .shares_memory = true, .waits_without_worker = true, .every_call_a_unit = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  /// A unit's coroutine. It starts where it is made, as a plain call, or when it is awaited by spawn or
  /// call, or run; so it is awaited in the expression that makes it. It joins before it ends.
  template <class T>
  using task = stackless_runtime::task<T>;

  template <class T>
  static auto spawn(T& result, task<T> child) {
    return stackless_runtime::spawn_request<T>{child, result};
  }
  template <class T>
  static auto call(T& result, task<T> child) {
    return stackless_runtime::call_request<T>{child, result};
  }
  static auto join() { return stackless_runtime::join_request(); }

  stackless(options const&, placement const& where) : scheduler_(where) {}

  /// Throws the first exception that left a unit, std::bad_alloc among them, once all units have ended. For one
  /// caller at a time.
  template <class T>
  T run(task<T> root) {
    T result{};
    root.made().write_to(result);
    scheduler_.run(root.made());
    return result;
  }

  /// Frames made on the workers. The root's own, made by the caller, is the way in and not counted: in a workload
  /// it only calls the graph's first unit.
  std::uint64_t units_made() const { return scheduler_.units_made(); }
  /// What frames took at most since the process began. To be asked when no instance is alive.
  static std::uint64_t frame_memory_bytes() { return stackless_runtime::frame_memory_bytes(); }

  /// Coroutines on a gate, on the calling thread.
  struct idle : stackless_runtime::idle_units {
    idle(options const&, unit_arrivals& arrivals, std::uint64_t, std::size_t touch_bytes)
        : idle_units(arrivals, touch_bytes) {}
  };
  /// At 96 bytes each (g++ 12; 64 with clang 19) some 70 steps of the account.
  static constexpr std::uint64_t idle_unit_count = 200'000;
  /// 1 GB.
  static constexpr std::uint64_t many_idle_units = 10'000'000;
  /// Only memory bounds them: this many take 10 GB.
  static std::uint64_t unit_limit(options const&) { return 100'000'000; }

  static std::vector<handover> handovers() { return {handover::yield, handover::transfer}; }
  /// On a thread of its own, pinned to where.cpus[0].
  static ring_outcome run_ring(options const&, placement const& where, ring_shape const& shape);

  using turns = stackless_runtime::turns;
  template <class T>
  using channel = stackless_runtime::channel<T>;

 private:
  stackless_runtime::scheduler scheduler_;
};

/// The same where units wait for their descriptors, blocking ones, by io_uring.
struct stackless_over_io_uring : stackless {
  using stackless::stackless;
  static constexpr std::string_view way = "over:io_uring";
  static std::string why_not_here() { return runtime::io_uring_transfers::why_none(); }
  using turns = stackless_runtime::turns_over<runtime::completion_reactor>;
};

static_assert(holding_turns_model<stackless> && channel_model<stackless> &&
              holding_turns_model<stackless_over_io_uring>);

}  // namespace unitcost::models
