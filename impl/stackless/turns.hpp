// Coroutines that take turns on one thread: the first that is ready runs until it gives its turn away, parks or ends.
#pragma once

#include <future>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/pinning.hpp"
#include "impl/stackless/gate.hpp"
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
  auto transfer_to(unsigned parked) { return transfer_awaitable{places_[parked].coroutine}; }
  void wake(unsigned parked) { ready_.push(places_[parked]); }

 private:
  template <class Body>
  turns(unsigned units, Body const& body) : places_(units) {
    for (unsigned index = 0; index < units; ++index) {
      places_[index].coroutine = body(*this, index).made().handle();
      ready_.push(places_[index]);
    }
  }
  void drive_all() {
    while (!ready_.empty()) drive(ready_.pop());
    for (waiter const& each : places_) each.coroutine.destroy();
  }

  std::vector<waiter> places_;  // of each unit in the queue, before it has begun and when it is woken
  waiter_list ready_;
};

}  // namespace unitcost::stackless_runtime
