// What a coroutine awaits to give its turn away: the next goes on at once, on the same thread.
#pragma once

#include <coroutine>

#include "impl/stackless/waiting/transfer.hpp"
#include "impl/stackless/waiting/waiter.hpp"

namespace unitcost::stackless_runtime {

/// By yield: goes to the back of the queue; the front runs.
struct yield_awaitable : waiter {
  explicit yield_awaitable(waiter_list& ready_queue) : ready(ready_queue) {}
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) noexcept {
    coroutine = self;
    ready.push(*this);
    return transfer_to(ready.pop().coroutine);
  }
  void await_resume() const noexcept {}
  waiter_list& ready;
};

/// By transfer: names the next, which must be suspended; waits until somebody names the one that awaits this.
struct transfer_awaitable {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return transfer_to(next); }
  void await_resume() const noexcept {}
  std::coroutine_handle<> next;
};

/// Suspends who awaits it until somebody makes it ready, or what it has started in the reactor is over; others run.
template <class Turns>
struct park_awaitable {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return among.next(); }
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

}  // namespace unitcost::stackless_runtime
