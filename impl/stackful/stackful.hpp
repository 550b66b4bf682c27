// stackful: units are fibers, each with a stack of its own, on our own context switch and scheduler.
//
// This is the adapter. The runtime, from the bottom: switch/, how one stack is left for another; fork_join/, in the
// order of fiber.hpp, outstanding_children.hpp, join_counter.hpp, worker.hpp, scheduler.hpp. From impl/runtime come
// stack_mapping.hpp, work_stealing_deque.hpp, parking.hpp and run_state.hpp. What fibers do beside forking and joining
// is in waiting/; rings and bare switches are what is measured.
//
// Limits: a unit that overflows its stack runs into the guard (`guard:page`: a crash that says so), breaks its canary
// (`guard:canary`: so does this, once the unit ends, and without NDEBUG when it next leaves its worker) or, with
// `guard:none`, silently writes into its neighbour. Rounding modes (mxcsr, x87, FPCR) belong to the worker. Shadow
// stacks are not supported.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/channel.hpp"
#include "impl/runtime/in_process_units.hpp"
#include "impl/runtime/scope_of.hpp"
#include "impl/stackful/fork_join/scheduler.hpp"
#include "impl/stackful/waiting/events.hpp"
#include "impl/stackful/waiting/gate.hpp"
#include "impl/stackful/waiting/held_fiber.hpp"
#include "impl/stackful/waiting/turns.hpp"

namespace unitcost::models {

class stackful_over_io_uring;

class stackful {
 public:
  using in_another_way = stackful_over_io_uring;  ///< see ways.hpp
  using options = fibers::stack_options;

  static constexpr std::string_view name = "stackful";
  static constexpr capabilities abilities{
      .parallel = true, .shares_memory = true, .waits_without_worker = true, .every_call_a_unit = true};
  static std::vector<variant<options>> variants();

  /// What a unit knows of itself.
  struct context {
    class scope;
    fibers::fiber& self;

    void give_turn() { fibers::yield(self); }
    void park() {
      require_one_worker();
      fibers::suspend(self, [](fibers::worker&, fibers::fiber&) {});
    }
    void wake(context& parked) {
      require_one_worker();
      self.where->make_ready_alone(parked.self);
    }
    void transfer_to(context& parked) { fibers::transfer(self, parked.self); }
    void sleep_since(std::int64_t since_ns, std::int64_t delay_ns) {
      require_one_worker();
      fibers::sleep_since(self, since_ns, delay_ns);
    }
    runtime::transferred read_some(runtime::stream& from, std::span<std::byte> into) {
      require_one_worker();
      return fibers::transfer_some(self, from, runtime::transfer(into));
    }
    runtime::transferred write_some(runtime::stream& to, std::span<std::byte const> from) {
      require_one_worker();
      return fibers::transfer_some(self, to, runtime::transfer(from));
    }
    runtime::transferred accept(runtime::stream& listener) {
      require_one_worker();
      return fibers::transfer_some(self, listener, runtime::transfer(runtime::next_connection()));
    }

    /// See `holding`; on one worker only, and daemons in run_on_caller only: with its end they are dropped, where a
    /// scheduler with a thread of its own would go on.
    template <class Body>
    fibers::held_fiber start(started_as const& as, Body body) {
      require_one_worker();
      if (as.daemon && self.where->crew().whose() != fibers::worked_by::caller)
        throw not_supported("stackful: daemons end with run_on_caller; run does not end its scheduler, nor them");
      return fibers::start_held(self, as, [body = std::move(body)](fibers::fiber& started) mutable {
        context own{started};
        body(own);
      });
    }

    /// With others beside it, one could resume a fiber that has published itself and not yet left its stack.
    void require_one_worker() const {
      if (!self.where->is_alone())
        throw std::logic_error("fibers park, wake each other and wait for events on one worker only");
    }
  };
  template <class T>
  using channel = runtime::channel<context, T>;

  stackful(options const& stacks, placement const& where);

  template <class Root>
  auto run(Root root) {
    using result_type = std::invoke_result_t<Root&, context&>;
    if constexpr (std::is_void_v<result_type>) {
      run_as_fiber([&root](context& own) { root(own); });
    } else {
      std::optional<result_type> result;
      run_as_fiber([&root, &result](context& own) { result.emplace(root(own)); });
      return *std::move(result);
    }
  }
  /// See caller_run. Throws std::logic_error where the root waits for units that nobody wakes any more.
  template <class Root>
  static auto run_on_caller(options const& stacks, placement const& where, Root root) {
    return run_on_caller_over(runtime::waits_over::epoll, stacks, where, std::move(root));
  }
  std::uint64_t units_made() const { return scheduler_.fibers_made(); }

  class idle;
  static constexpr std::uint64_t idle_unit_count = 4096;  // 16 MiB: 64 steps of the account
  static std::uint64_t unit_limit(options const& stacks);

  static std::vector<handover> handovers() {
    return {handover::yield, handover::transfer, handover::bare, handover::bare_inline};
  }
  static ring_outcome run_ring(options const& stacks, placement const& where, ring_shape const& ring);

 protected:
  stackful(options const& stacks, placement const& where, fibers::worked_by whose, runtime::waits_over over);
  template <class Root>
  static auto run_on_caller_over(runtime::waits_over over, options const& stacks, placement const& where, Root root) {
    return stackful(stacks, {.workers = 1, .cpus = where.cpus}, fibers::worked_by::caller, over).run(std::move(root));
  }

 private:
  template <class Body>
  void run_as_fiber(Body body) {
    scheduler_.run([body](fibers::fiber& self) {
      context own{self};
      body(own);
    });
  }

  fibers::scheduler scheduler_;
};

class stackful::context::scope : public runtime::scope_of<context> {
 public:
  using scope_of::scope_of;
  /// Waits, in case an exception skipped the join: children refer to the parent's variables.
  ~scope() { children_.wait(parent_.self); }

  /// Makes a fiber and queues it. Throws limit_reached when there is no stack for it.
  template <class Result, class Unit>
  void spawn(Result& result, Unit unit) {
    fibers::worker& here = *parent_.self.where;
    here.ready().reserve_one();  // before the child is counted: one that cannot be queued would be waited for for ever
    here.make_ready(here.create(children_, [&result, unit](fibers::fiber& self) mutable {
      context own{self};
      result = unit(own);
    }));
  }
  /// The parent may go on on another worker. Throws what made the run fail.
  void join() {
    children_.wait(parent_.self);
    parent_.self.where->crew().throw_if_failed();
  }

 private:
  fibers::join_counter children_;
};

class stackful::idle : public runtime::in_process_units {
 public:
  idle(options const& stacks, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes);
  ~idle() { release(); }

  /// Why units with such stacks cannot touch so much, as far as that is known without making one; else empty.
  static std::string refusal(options const& stacks, std::size_t touch_bytes);
  /// What a unit that touches nothing takes of its stack, in this build: its control block and its deepest call.
  static std::size_t own_bytes();

  void grow_to(std::uint64_t count);
  void release();

 private:
  unit_arrivals& arrivals_;
  std::size_t touch_bytes_;
  std::uint64_t alive_ = 0;
  runtime::stack_span newest_stack_;
  fibers::gate gate_;
  fibers::join_counter units_;
  fibers::scheduler scheduler_;
};

/// The same where units wait for their descriptors, blocking ones, by io_uring.
class stackful_over_io_uring : public stackful {
 public:
  static constexpr std::string_view way = "over:io_uring";
  static std::string why_not_here() { return runtime::io_uring_transfers::why_none(); }

  stackful_over_io_uring(options const& stacks, placement const& where)
      : stackful(stacks, where, fibers::worked_by::own_threads, runtime::waits_over::io_uring) {}
  template <class Root>
  static auto run_on_caller(options const& stacks, placement const& where, Root root) {
    return run_on_caller_over(runtime::waits_over::io_uring, stacks, where, std::move(root));
  }
};

static_assert(direct_model<stackful> && transferring<stackful::context> && sleeping<stackful::context> &&
              conversing<stackful::context> && holding<stackful::context> && channel_model<stackful> &&
              caller_run<stackful> && caller_run<stackful_over_io_uring>);

}  // namespace unitcost::models
