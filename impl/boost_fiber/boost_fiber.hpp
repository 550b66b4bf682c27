// boost_fiber: a unit is a Boost.Fiber with a stack of its own; joining one suspends the joiner alone.
//
// Spawning is `launch::dispatch`, as in Boost's own benchmarks: the child runs at once and its parent is queued. (With
// `launch::post` it is the child that waits until its parent suspends.) Either way Boost's ready queues are first in,
// first out, so a tree of units unfolds breadth first.
//
// Boost ends the process when a unit throws; here the first exception of a run is kept, and thrown by `run`.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/boost_fiber/channel.hpp"
#include "impl/boost_fiber/fiber_stack.hpp"
#include "impl/boost_fiber/held_fiber.hpp"
#include "impl/boost_fiber/parked_fibers.hpp"
#include "impl/boost_fiber/reacting_round_robin.hpp"
#include "impl/boost_fiber/worker_threads.hpp"
#include "impl/model.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/first_failure.hpp"
#include "impl/runtime/scope_of.hpp"

namespace unitcost::models {

class boost_fiber_over_io_uring;

class boost_fiber {
 public:
  using in_another_way = boost_fiber_over_io_uring;  ///< see ways.hpp
  struct options {
    boost_fiber_parts::stack_source source = boost_fiber_parts::stack_source::fixedsize;
    std::size_t stack_bytes = boost_fiber_parts::default_stack_bytes();
  };

  static constexpr std::string_view name = "boost_fiber";
  /// Not every call a unit: breadth first, some 38 % of all units of fib are alive at once (4,330 of 10,945 at n = 20,
  /// 17,412 of 46,367 at n = 23), each with a stack of which it has written 8 KiB and more.
  static constexpr capabilities abilities{.parallel = true, .shares_memory = true, .waits_without_worker = true};
  static std::vector<variant<options>> variants();

  static constexpr char const* why_no_daemon =
      "boost_fiber can neither end a fiber nor leave it behind: the scheduler of a thread waits for all of its fibers";

  struct context {
    boost_fiber_parts::fiber_stack& stacks;
    runtime::first_failure& failure;

    void give_turn() { boost::this_fiber::yield(); }
    void sleep_since(std::int64_t since_ns, std::int64_t delay_ns) {
      using clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC, as runtime::now_ns
      boost::this_fiber::sleep_until(clock::time_point(std::chrono::nanoseconds(since_ns + delay_ns)));
    }
    runtime::transferred read_some(runtime::stream& from, std::span<std::byte> into) {
      return boost_fiber_parts::reacting_round_robin::transfer_some(from, runtime::transfer(into));
    }
    runtime::transferred write_some(runtime::stream& to, std::span<std::byte const> from) {
      return boost_fiber_parts::reacting_round_robin::transfer_some(to, runtime::transfer(from));
    }
    runtime::transferred accept(runtime::stream& listener) {
      return boost_fiber_parts::reacting_round_robin::transfer_some(listener,
                                                                    runtime::transfer(runtime::next_connection()));
    }

    /// See `holding`. What leaves the body is kept as the run's failure.
    template <class Body>
    boost_fiber_parts::held_fiber start(started_as const& as, Body body) {
      if (as.daemon) throw not_supported(why_no_daemon);
      boost_fiber_parts::worker_threads::count_unit();
      return {stacks, as, [body = std::move(body), all = &stacks, told = &failure]() mutable {
                context own{*all, *told};
                told->guard([&] { body(own); });
              }};
    }

    class scope : public runtime::scope_of<context> {
     public:
      using scope_of::scope_of;
      /// Finds children only when an exception leaves the parent; they refer to its results.
      ~scope() { join(); }

      /// Throws std::bad_alloc where there is no memory for a stack.
      template <class Result, class Unit>
      void spawn(Result& result, Unit&& unit) {
        children_.emplace_back(boost::fibers::launch::dispatch, std::allocator_arg, parent_.stacks,
                               [&result, unit, stacks = &parent_.stacks, failure = &parent_.failure] {
                                 context child{*stacks, *failure};
                                 failure->guard([&] { result = unit(child); });
                               });
        boost_fiber_parts::worker_threads::count_unit();
      }
      void join() {
        for (boost::fibers::fiber& child : children_) child.join();
        children_.clear();
      }

     private:
      /// Four handles in place: most scopes have no more, and a heap block a scope would be measured as the fibers'.
      boost::container::small_vector<boost::fibers::fiber, 4> children_;
    };
  };

  template <class T>
  using channel = boost_fiber_parts::channel<context, T>;

  boost_fiber(options const& chosen, placement const& where);

  template <class Root>
  auto run(Root root) {
    return result_of(root, stacks_, [this](runtime::first_failure& failure, auto const& body) {
      workers_.run(stacks_, failure, body);
    });
  }
  /// See caller_run.
  template <class Root>
  static auto run_on_caller(options const& chosen, placement const& where, Root root) {
    return run_on_caller_over(runtime::waits_over::epoll, chosen, where, root);
  }
  std::uint64_t units_made() const { return workers_.units_made(); }

  /// Fibers of the thread that makes them, which is the one worker.
  class idle : public boost_fiber_parts::parked_fibers {
   public:
    idle(options const& chosen, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
        : parked_fibers({chosen.source, chosen.stack_bytes}, arrivals, limit, touch_bytes) {}
  };
  static constexpr std::uint64_t idle_unit_count = 2048;
  static std::uint64_t unit_limit(options const& chosen) {
    return boost_fiber_parts::most_stacks(chosen.source, chosen.stack_bytes);
  }

  static std::vector<handover> handovers() { return {handover::yield}; }
  /// All units share one worker thread, pinned to the first of where.cpus.
  static ring_outcome run_ring(options const& chosen, placement const& where, ring_shape const& ring);

 protected:
  boost_fiber(options const& chosen, placement const& where, runtime::waits_over over);
  template <class Root>
  static auto run_on_caller_over(runtime::waits_over over, options const& chosen, placement const& where, Root& root) {
    runtime::cpu_confinement const pinned(runtime::cpus_of_workers({.workers = 1, .cpus = where.cpus}));
    boost_fiber_parts::fiber_stack stacks(chosen.source, chosen.stack_bytes);
    return result_of(root, stacks, [over, &stacks](runtime::first_failure& failure, auto const& body) {
      boost_fiber_parts::worker_threads::run_on_caller(over, stacks, failure, body);
    });
  }

 private:
  /// What `root` returns or throws where `run(failure, body)` runs the body as a fiber.
  template <class Root, class Run>
  static auto result_of(Root& root, boost_fiber_parts::fiber_stack& stacks, Run const& run) {
    std::optional<decltype(root(std::declval<context&>()))> result;
    runtime::first_failure failure;
    run(failure, [&] {
      context top{stacks, failure};
      result.emplace(root(top));
    });
    failure.rethrow();
    return *std::move(result);
  }

  boost_fiber_parts::fiber_stack stacks_;
  boost_fiber_parts::worker_threads workers_;
};

/// The same where units wait for their descriptors, blocking ones, by io_uring.
class boost_fiber_over_io_uring : public boost_fiber {
 public:
  static constexpr std::string_view way = "over:io_uring";
  static std::string why_not_here() { return runtime::io_uring_transfers::why_none(); }

  boost_fiber_over_io_uring(options const& chosen, placement const& where)
      : boost_fiber(chosen, where, runtime::waits_over::io_uring) {}
  template <class Root>
  static auto run_on_caller(options const& chosen, placement const& where, Root root) {
    return run_on_caller_over(runtime::waits_over::io_uring, chosen, where, root);
  }
};

static_assert(direct_model<boost_fiber> && turn_giving<boost_fiber::context> && sleeping<boost_fiber::context> &&
              conversing<boost_fiber::context> && holding<boost_fiber::context> && channel_model<boost_fiber> &&
              caller_run<boost_fiber> && caller_run<boost_fiber_over_io_uring>);

}  // namespace unitcost::models
