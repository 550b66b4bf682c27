// Coroutines that take turns on one thread: the first that is ready runs until it gives its turn away, parks or ends.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/first_failure.hpp"
#include "impl/runtime/reactor.hpp"
#include "impl/stackless/waiting/event_awaitables.hpp"
#include "impl/stackless/waiting/held_unit.hpp"
#include "impl/stackless/waiting/owned_coroutines.hpp"
#include "impl/stackless/waiting/turn_awaitables.hpp"
#include "impl/stackless/waiting/waiting_unit.hpp"

namespace unitcost::stackless_runtime {

/// The reactor is where they wait: `reactor`, or `completion_reactor`.
template <class Reactor>
class turns_over {
 public:
  using held_unit = stackless_runtime::held_unit<turns_over>;
  using unit = waiting_unit;  ///< and no `stackless_runtime::unit`, which is one of a task graph

  /// Runs the coroutines body(turns&, index) -> unit to their end, begun in their order, on the calling thread, which
  /// is pinned to where.cpus[0] meanwhile, for the reason that is given at caller_run (model.hpp). One that nobody
  /// wakes any more ends where it is. Throws the first exception that left one; from then on no event is waited for,
  /// since it could be one that only the failed one would have brought about: those that wait end where they are, too.
  /// What body throws is as what leaves a unit; those after it never begin.
  template <class Body>
  static void run(placement const& where, unsigned units, Body const& body) {
    runtime::cpu_confinement const pinned(runtime::cpus_of_workers({.workers = 1, .cpus = where.cpus}));
    turns_over(units).drive_all(std::cref(body));
  }

  auto give() { return yield_awaitable(ready_); }
  auto park() { return park_awaitable<turns_over>{*this}; }
  /// Who wakes up goes on when nobody else is ready: coroutines that keep giving turns keep the sleepers waiting.
  auto sleep_since(std::int64_t since_ns, std::int64_t delay_ns) { return sleep_awaitable(*this, since_ns, delay_ns); }
  /// What the system call would return, see runtime::transferred; the others run while it has to wait.
  auto read_some(runtime::stream& from, std::span<std::byte> into) {
    return transfer_some_awaitable<turns_over>(*this, from, into);
  }
  auto write_some(runtime::stream& to, std::span<std::byte const> from) {
    return transfer_some_awaitable<turns_over>(*this, to, from);
  }
  auto accept(runtime::stream& listener) {
    return transfer_some_awaitable<turns_over>(*this, listener, runtime::next_connection());
  }
  /// Throws std::bad_alloc; that unit then never runs.
  auto start(unit unbegun) { return start_unit_awaitable<&waiter_list::push>(ready_, started_.own(unbegun.handle())); }
  /// See holding_turns_model. Throws std::bad_alloc; that unit then never runs.
  held_handle<turns_over> hold(started_as const& as, held_unit unbegun) {
    auto const made = unbegun.handle();
    (as.daemon ? daemons_ : started_).own(made);
    auto& promise = made.promise();
    promise.held = std::make_shared<held_state<turns_over>>(*this, as);
    promise.place.coroutine = made;
    make_ready(promise.place);
    return held_handle<turns_over>(promise.held);
  }
  /// `parked` has begun, as who is woken must have.
  auto transfer_to(unsigned parked) { return transfer_awaitable{units_[parked]}; }
  /// Throws std::bad_alloc when it is the first.
  void wake(unsigned parked) {
    if (places_.empty()) places_.resize(count_);
    places_[parked].coroutine = units_[parked];
    make_ready(places_[parked]);
  }
  /// Of a coroutine that is suspended, and stays so until its turn comes.
  void make_ready(waiter& suspended) { ready_.push(suspended); }

  // For what is awaited.

  /// With whom who suspends goes on: who has been ready for longest, else who an event makes so. For that the thread
  /// waits right here. It would cost more to return to `drive_all` first: a return is mispredicted where a system call
  /// was made since its call (reactor.hpp). What the reactor throws is the run's and not of the unit that happens to
  /// wait here, which the reactor may still write to: nobody goes on then.
  std::coroutine_handle<> next() noexcept {
    if (!ready_.empty()) return stackless_runtime::transfer_to(ready_.pop().coroutine);
    if (failure_.is_there()) return std::noop_coroutine();
    try {
      if (runtime::waiting* const completed = reactor_.next_completed())
        return stackless_runtime::transfer_to(std::coroutine_handle<>::from_address(completed->unit));
    } catch (...) {
      failure_.keep(std::current_exception());
    }
    return std::noop_coroutine();
  }
  bool start_transfer(runtime::stream& on, runtime::transfer& one) { return reactor_.start(on, one); }
  void start_timer(runtime::timer& one, std::int64_t since_ns, std::int64_t delay_ns) {
    reactor_.start_timer(one, since_ns, delay_ns);
  }
  void stop_timer(runtime::timer& one) { reactor_.stop_timer(one); }
  /// Whether there are daemons, and nobody else any more.
  bool ends_daemons() const { return !daemons_.empty() && units_.have_ended() && started_.have_ended(); }

 private:
  using unit_maker = std::function<unit(turns_over&, unsigned index)>;

  explicit turns_over(unsigned units) : count_(units), units_(units), started_(0), daemons_(0) {}
  ~turns_over() { reactor_.abandon(); }

  /// Makes each unit when it is to begin, while its frame is still in the cache. Those that have begun wait behind it:
  /// all begin before one has its second turn, unless a transfer names it.
  unit begin_all(unit_maker const& body) {
    for (unsigned index = 0; index < count_; ++index)
      co_await start_unit_awaitable<&waiter_list::push_front>(ready_, units_.own(body(*this, index).handle()));
  }

  void drive_all(unit_maker const& body) {
    struct telling {
      explicit telling(runtime::first_failure& told) { failure_of_turns = &told; }
      ~telling() { failure_of_turns = nullptr; }
    } const while_they_run(failure_);
    drive(started_.own(begin_all(body).handle()));
    run_ready();
    while (!failure_.is_there() && !ends_daemons()) {
      runtime::waiting* const completed = reactor_.next_completed();
      if (completed == nullptr) break;
      drive(std::coroutine_handle<>::from_address(completed->unit));
      run_ready();
      started_.destroy_ended_if_many();
      daemons_.destroy_ended_if_many();
    }
    failure_.rethrow();
  }
  void run_ready() {
    while (!ready_.empty() && !ends_daemons()) drive(ready_.pop().coroutine);
  }

  runtime::first_failure failure_;
  Reactor reactor_;  // outlives the coroutines, in whose frames there may be streams that it watches
  unsigned count_;
  owned_coroutines units_;      // those with an index, by that
  owned_coroutines started_;    // all others
  owned_coroutines daemons_;    // for whom the run does not wait
  std::vector<waiter> places_;  // of each unit in the queue when it is woken; none until one is: sleepers are many
  waiter_list ready_;
};

using turns = turns_over<runtime::reactor>;

}  // namespace unitcost::stackless_runtime
