// A thread that computes all the time, as somebody else's program would beside what is measured.
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/posix_thread.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {

class busy_neighbour {
 public:
  busy_neighbour() : thread_({}, [this] { compute(); }) {}
  busy_neighbour(busy_neighbour const&) = delete;
  busy_neighbour& operator=(busy_neighbour const&) = delete;
  ~busy_neighbour() { stopped_.store(true, std::memory_order_relaxed); }

  /// Steps a nanosecond that it made while `what()` ran.
  template <class What>
  double rate_during(What what) {
    // Relaxed: a count that is read at two moments.
    std::uint64_t const steps = steps_.load(std::memory_order_relaxed);
    std::int64_t const begun_ns = runtime::now_ns();
    what();
    return static_cast<double>(steps_.load(std::memory_order_relaxed) - steps) /
           static_cast<double>(runtime::now_ns() - begun_ns);
  }

 private:
  void compute() {
    std::uint64_t seed = 1;
    while (!stopped_.load(std::memory_order_relaxed)) {
      constexpr std::uint64_t at_once = 1000;  // some 2 us
      seed = workloads::grain::kernel(seed, at_once);
      steps_.fetch_add(at_once, std::memory_order_relaxed);
    }
  }

  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> steps_{0};
  runtime::posix_thread thread_;  // last: it ends before what it uses
};

}  // namespace unitcost::measures
