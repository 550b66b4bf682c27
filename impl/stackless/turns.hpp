// Coroutines that take turns on one thread: the first that is ready runs until it gives its turn away, parks or ends.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/reactor.hpp"
#include "impl/stackless/gate.hpp"
#include "impl/stackless/held_unit.hpp"
#include "impl/stackless/owned_coroutines.hpp"
#include "impl/stackless/ring.hpp"
#include "impl/stackless/run_state.hpp"
#include "impl/stackless/waiting_unit.hpp"

namespace unitcost::stackless_runtime {

/// Suspends who awaits it until somebody makes it ready, or what it has started in the reactor is over; others run.
template <class Turns>
struct park_awaitable {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const { return among.next(); }
  void await_resume() const noexcept {}
  Turns& among;
};

/// Goes on with a unit that has not yet begun; who awaits it goes on at once when that lets others run (`put_starter`
/// is waiter_list::push_front), or behind all that are ready (push).
template <void (waiter_list::*put_starter)(waiter&)>
struct start_unit_awaitable : waiter {
  start_unit_awaitable(waiter_list& ready_queue, std::coroutine_handle<> unit) : ready(ready_queue), unbegun(unit) {}
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) noexcept {
    coroutine = self;
    (ready.*put_starter)(*this);
    return transfer_to(unbegun);
  }
  void await_resume() const noexcept {}
  waiter_list& ready;
  std::coroutine_handle<> unbegun;
};

/// Suspends who awaits it until that is over (see timers' `start`); others run.
template <class Turns>
class sleep_awaitable {
 public:
  sleep_awaitable(Turns& among, std::int64_t since_ns, std::int64_t delay_ns) : asked_{&among, since_ns, delay_ns} {}
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) {
    request const asked = asked_;
    runtime::timer& started = *new (&timer_) runtime::timer;
    started.unit = self.address();
    asked.among->start_timer(started, asked.since_ns, asked.delay_ns);
    return asked.among->next();
  }
  void await_resume() const noexcept {}

 private:
  struct request {
    Turns* among;
    std::int64_t since_ns, delay_ns;
  };
  // A sleeping unit is as small as its timer: what was asked for is known to that from then on.
  union {
    request asked_;         // until it is suspended
    runtime::timer timer_;  // from then on
  };
};

/// Reads, writes or accepts once. Suspends who awaits it only where that has to wait; others run then.
template <class Turns>
struct transfer_some_awaitable : runtime::transfer {
  template <class Bytes>
  transfer_some_awaitable(Turns& taken, runtime::stream& stream, Bytes bytes)
      : transfer(bytes), among(taken), on(stream) {}
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) {
    unit = self.address();
    return among.start_transfer(on, *this) ? self : among.next();
  }
  runtime::transferred await_resume() const noexcept { return result; }
  Turns& among;
  runtime::stream& on;
};

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
  /// was made since its call (reactor.hpp).
  std::coroutine_handle<> next() {
    if (!ready_.empty()) return stackless_runtime::transfer_to(ready_.pop());
    if (!run_.has_failed())
      if (runtime::waiting* const completed = reactor_.next_completed())
        return stackless_runtime::transfer_to(std::coroutine_handle<>::from_address(completed->unit));
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
      explicit telling(run_state& told) { run_state::of_turns = &told; }
      ~telling() { run_state::of_turns = nullptr; }
    } const while_they_run(run_);
    drive(started_.own(begin_all(body).handle()));
    run_ready();
    while (!run_.has_failed() && !ends_daemons()) {
      runtime::waiting* const completed = reactor_.next_completed();
      if (completed == nullptr) break;
      drive(std::coroutine_handle<>::from_address(completed->unit));
      run_ready();
      started_.destroy_ended_if_many();
      daemons_.destroy_ended_if_many();
    }
    run_.rethrow_failure();
  }
  void run_ready() {
    while (!ready_.empty() && !ends_daemons()) drive(ready_.pop());
  }

  run_state run_;
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
