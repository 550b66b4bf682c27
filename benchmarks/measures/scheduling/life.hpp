// A unit's life, from when it could first run to its end, divided into the states that it was in.
#pragma once

#include <algorithm>
#include <cstdint>

#include "benchmarks/measures/scheduling/task_account.hpp"
#include "benchmarks/measures/unit_kind.hpp"

namespace unitcost::measures {

struct life {
  std::int64_t running_ns = 0;
  std::int64_t runnable_ns = 0;  ///< ready, but without a CPU or worker
  std::int64_t blocked_ns = 0;   ///< waiting for what it asked for
  std::int64_t zombie_ns = 0;    ///< ended, but not yet reaped
  std::int64_t length_ns = 0;    ///< by the clock, from first to last
  /// Of blocked_ns, what the unit knows by itself: it asked to sleep for so long, and nobody took its CPU before it
  /// did.
  std::int64_t asleep_ns = 0;

  std::int64_t sum_ns() const { return running_ns + runnable_ns + blocked_ns + zombie_ns; }
  life& operator+=(life const& other) {
    running_ns += other.running_ns;
    runnable_ns += other.runnable_ns;
    blocked_ns += other.blocked_ns;
    zombie_ns += other.zombie_ns;
    length_ns += other.length_ns;
    asleep_ns += other.asleep_ns;
    return *this;
  }
};

/// Of a unit for which the kernel made a thread, by what the kernel has counted of that: at the unit's first step, and
/// at its last. It begins when the thread was made: then all that was counted was nothing.
inline life life_by_kernel(task_account const& first, task_account const& last) {
  std::int64_t const made_ns = first.at_ns - first.running_ns - first.runnable_ns;
  life out{.running_ns = last.running_ns, .runnable_ns = last.runnable_ns, .length_ns = last.at_ns - made_ns};
  // Two clocks may differ by less than a thousandth: nobody is blocked for less than no time.
  out.blocked_ns = std::max<std::int64_t>(out.length_ns - out.running_ns - out.runnable_ns, 0);
  return out;
}

/// Which sleeps of a unit went as it asked, by how often its CPU was taken from it. One that loses its CPU between
/// reading the clock and sleeping is runnable for a part of the time for which it asked to sleep, or for all of it:
/// then it never sleeps.
class sure_sleeps {
 public:
  /// It is about to sleep for so long.
  void asked(std::int64_t sleep_ns, std::uint64_t preemptions) {
    asked_ns_ = sleep_ns;
    preemptions_ = preemptions;
  }
  /// It goes on.
  void woken(std::uint64_t preemptions) {
    if (preemptions == preemptions_) total_ns_ += asked_ns_;
    asked_ns_ = 0;
  }
  std::int64_t total_ns() const { return total_ns_; }

 private:
  std::int64_t asked_ns_ = 0, total_ns_ = 0;
  std::uint64_t preemptions_ = 0;
};

/// Of a unit that the kernel knows nothing of, by its own steps. Between two of them it is blocked for as long as it
/// asked to sleep, and runnable for the rest.
class step_ledger {
 public:
  void step_begins(std::int64_t at_ns) {
    if (!begun_) first_ns_ = end_ns_ = at_ns;
    begun_ = true;
    std::int64_t const gap_ns = at_ns - end_ns_;
    std::int64_t const slept_ns = std::min(gap_ns, asked_ns_);
    counted_.blocked_ns += slept_ns;
    counted_.runnable_ns += gap_ns - slept_ns;
    begin_ns_ = at_ns;
  }
  void step_ends(std::int64_t at_ns, pause after) {
    counted_.running_ns += at_ns - begin_ns_;
    asked_ns_ = after.value_or(0);
    end_ns_ = at_ns;
  }

  std::int64_t first_ns() const { return first_ns_; }
  /// It could have run from `ready_ns` on.
  life told(std::int64_t ready_ns) const {
    life out = counted_;
    out.runnable_ns += first_ns_ - ready_ns;
    out.length_ns = end_ns_ - ready_ns;
    return out;
  }

 private:
  bool begun_ = false;
  std::int64_t first_ns_ = 0, begin_ns_ = 0, end_ns_ = 0, asked_ns_ = 0;
  life counted_;
};

}  // namespace unitcost::measures
