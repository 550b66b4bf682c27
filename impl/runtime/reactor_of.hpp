// What a reactor is beside the transfers that it completes: timers, and a kernel thread that sleeps until either comes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/stream.hpp"
#include "impl/runtime/timers.hpp"

namespace unitcost::runtime {

/// Where the units of one kernel thread wait for descriptors and for time. How transfers are completed is `Transfers`'
/// affair: epoll_transfers (reactor.hpp), io_uring_transfers (completion_reactor.hpp), or either (chosen_reactor.hpp).
template <class Transfers>
class reactor_of {
 public:
  /// As `Transfers` is made.
  template <class... Arguments>
  explicit reactor_of(Arguments... arguments) : transfers_(arguments...) {}

  /// True: the transfer was completed at once. False: it is, with `one`, the reactor's until it is taken. Throws what
  /// watching the descriptor throws, and then nothing was started.
  bool start(stream& on, transfer& one) { return transfers_.start(on, one); }
  /// As timers' `start`, on runtime::now_ns's clock.
  void start_timer(timer& one, std::int64_t since_ns, std::int64_t delay_ns) { timers_.start(one, since_ns, delay_ns); }
  /// As timers' `stop`: of one that was not yet taken.
  void stop_timer(timer& one) { timers_.stop(one); }

  /// Whether something was started and not yet taken.
  bool has_waiting() const { return transfers_.has_waiting() || !timers_.empty(); }

  /// The kernel thread sleeps until something may be completed, or until `until_ns` on runtime::now_ns's clock. May
  /// return early. Only to be called when take_completed has found nothing.
  void wait(std::int64_t until_ns = timers::never_ns) {
    transfers_.wait(std::min(until_ns, timers_.next_due_ns()));
    if (!timers_.empty()) seen_ns_ = now_ns();
  }
  /// A completed transfer or a timer that was due when `wait` returned; nullptr when there is none.
  waiting* take_completed() {
    if (!timers_.empty())
      if (waiting* const due = timers_.take_due(seen_ns_)) return due;
    return transfers_.take_completed();
  }
  /// Waits as long as it takes; nullptr when nothing was started that could still be completed.
  waiting* next_completed() {
    for (;;) {
      if (waiting* const completed = take_completed()) return completed;
      if (!has_waiting()) break;
      wait();
    }
    transfers_.let_go();
    return nullptr;
  }
  /// Holds no stream any more that has ended. next_completed and wait see to that by themselves.
  void let_go() { transfers_.let_go(); }

  /// Of what was started nothing is completed any more, and the kernel leaves it alone: for units that end where they
  /// are. Streams may still end, nothing else is to be called.
  void abandon() { transfers_.abandon(); }

 private:
  Transfers transfers_;
  timers timers_;
  std::int64_t seen_ns_ = std::numeric_limits<std::int64_t>::min();  // when `wait` last returned
};

}  // namespace unitcost::runtime
