// Coroutines that take turns on one thread: the first that is ready runs until it gives its turn away, parks or ends.
#pragma once

#include <future>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/pinning.hpp"
#include "impl/runtime/timers.hpp"
#include "impl/stackless/gate.hpp"
#include "impl/stackless/owned_coroutines.hpp"
#include "impl/stackless/ring.hpp"
#include "impl/stackless/task.hpp"

namespace unitcost::stackless_runtime {

/// Suspends who awaits it; the front of the queue runs. Where nobody is ready the thread has nothing left to do.
struct park_awaitable {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept {
    if (ready.empty()) return std::noop_coroutine();
    return transfer_to(ready.pop());
  }
  void await_resume() const noexcept {}
  waiter_list& ready;
};

/// Suspends who awaits it for at least that time; the front of the queue runs.
struct sleep_awaitable : runtime::timer {
  sleep_awaitable(waiter_list& ready_queue, runtime::timers& running, std::int64_t delay)
      : ready(ready_queue), timers(running), delay_ns(delay) {}
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) {
    sleeper = self;
    timers.start(*this, runtime::now_ns(), delay_ns);
    return park_awaitable{ready}.await_suspend(self);
  }
  void await_resume() const noexcept {}
  waiter_list& ready;
  runtime::timers& timers;
  std::int64_t delay_ns;
  std::coroutine_handle<> sleeper;
};

class turns {
 public:
  /// Runs the coroutines body(turns&, index) to their end, begun in their order, on a thread of its own pinned to
  /// where.cpus[0]. One that nobody wakes any more ends where it is.
  template <class Body>
  static void run(placement const& where, unsigned units, Body const& body) {
    std::async(std::launch::async, [&] {
      runtime::pin_to(where.cpus, 0);
      turns(units, body).drive_all();
    }).get();
  }

  auto give() { return yield_awaitable(ready_); }
  auto park() { return park_awaitable{ready_}; }
  /// Who wakes up goes on when nobody else is ready: coroutines that keep giving turns keep the sleepers waiting.
  auto sleep_for(std::int64_t delay_ns) { return sleep_awaitable(ready_, timers_, delay_ns); }
  auto transfer_to(unsigned parked) { return transfer_awaitable{places_[parked].coroutine}; }
  void wake(unsigned parked) { ready_.push(places_[parked]); }

 private:
  template <class Body>
  turns(unsigned units, Body const& body) : owned_(units), places_(units) {
    for (unsigned index = 0; index < units; ++index) {
      places_[index].coroutine = owned_.own(body(*this, index).made().handle());
      ready_.push(places_[index]);
    }
  }
  void drive_all() {
    run_ready();
    while (!timers_.empty()) {
      runtime::sleep_until(timers_.next_due_ns());
      std::int64_t const now_ns = runtime::now_ns();
      while (runtime::timer* const due = timers_.take_due(now_ns)) {
        drive(static_cast<sleep_awaitable*>(due)->sleeper);
        run_ready();
      }
    }
  }
  void run_ready() {
    while (!ready_.empty()) drive(ready_.pop());
  }

  owned_coroutines owned_;
  std::vector<waiter> places_;  // of each unit in the queue, before it has begun and when it is woken
  waiter_list ready_;
  runtime::timers timers_;
};

}  // namespace unitcost::stackless_runtime
