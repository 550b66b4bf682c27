// What a coroutine of turns awaits until a time has come or a descriptor is ready; the others run meanwhile.
#pragma once

#include <coroutine>
#include <cstdint>
#include <new>

#include "impl/runtime/stream.hpp"
#include "impl/runtime/timers.hpp"
#include "impl/stackless/waiting/transfer.hpp"

namespace unitcost::stackless_runtime {

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
    return among.start_transfer(on, *this) ? transfer_to(self) : among.next();
  }
  runtime::transferred await_resume() const noexcept { return result; }
  Turns& among;
  runtime::stream& on;
};

}  // namespace unitcost::stackless_runtime
