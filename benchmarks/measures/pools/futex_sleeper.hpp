// The base line of waking: a thread that sleeps on a futex, as the kernel has it, and says when it was back.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/pinning.hpp"

namespace unitcost::measures {

/// For one caller at a time.
class futex_sleeper {
 public:
  explicit futex_sleeper(int cpu) : thread_([this, cpu] { sleep_and_answer(cpu); }) {}
  futex_sleeper(futex_sleeper const&) = delete;
  futex_sleeper& operator=(futex_sleeper const&) = delete;
  ~futex_sleeper() { call(to_end); }

  /// Nanoseconds from here to the woken thread's first reading of the clock.
  std::int64_t wake() {
    back_ns_.store(0, std::memory_order_relaxed);
    std::int64_t const called_ns = runtime::now_ns();
    call(to_answer);
    std::int64_t back_ns = 0;
    while ((back_ns = back_ns_.load(std::memory_order_acquire)) == 0) std::this_thread::yield();
    return back_ns - called_ns;
  }

 private:
  static constexpr std::uint32_t nothing = 0, to_answer = 1, to_end = 2;

  void call(std::uint32_t what) {
    // Release: what was written before is seen by the woken thread.
    word_.store(what, std::memory_order_release);
    runtime::futex_wake(word_, 1, runtime::sharing::threads);
  }

  void sleep_and_answer(int cpu) {
    runtime::pin_to({cpu}, 0);
    for (;;) {
      while (word_.load(std::memory_order_acquire) == nothing)
        runtime::futex_wait(word_, nothing, runtime::sharing::threads);
      std::int64_t const now = runtime::now_ns();
      if (word_.load(std::memory_order_relaxed) == to_end) return;
      word_.store(nothing, std::memory_order_relaxed);
      back_ns_.store(now, std::memory_order_release);
    }
  }

  runtime::futex_word word_{nothing};
  std::atomic<std::int64_t> back_ns_{0};
  std::jthread thread_;  // last: it uses the others
};

}  // namespace unitcost::measures
