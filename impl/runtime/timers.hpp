// Timers of units that share one kernel thread: a list for each delay, first in, first out.
//
// Of two timers with the same delay the one that was started later is due later, or at the same time. So each list is
// in order by itself, and starting a timer or taking one that is due costs a few loads and stores however many there
// are, where a heap compares log2(N) times. What grows is the cost per delay: one look at the head of each list. Meant
// for programs that wait for a handful of different times, as servers do for their time-outs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "impl/runtime/waiting.hpp"

namespace unitcost::runtime {

/// In a coroutine's frame, on a fiber's stack.
struct timer : waiting {
  std::int64_t due_ns = 0;  ///< on the clock of whoever starts and takes timers
  timer* next = nullptr;
};

class timers {
 public:
  static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

  /// Due `delay_ns` after `since_ns`, which is now or was shortly before. Where another of that delay was started with
  /// a later one meanwhile, it is due with that: late, but no later than if its own were now. Throws std::bad_alloc for
  /// the first timer of its delay only.
  void start(timer& one, std::int64_t since_ns, std::int64_t delay_ns) {
    queue& same = queue_of(delay_ns);
    one.due_ns = since_ns + delay_ns;
    one.next = nullptr;
    if (same.first == nullptr) {
      same.first = &one;
    } else {
      one.due_ns = std::max(one.due_ns, same.last->due_ns);
      same.last->next = &one;
    }
    same.last = &one;
    ++running_;
  }

  /// Of one that runs: nobody waits for that any more. Looks for it among those of its delay.
  void stop(timer& one) {
    for (queue& each : queues_)
      for (timer *before = nullptr, *at = each.first; at != nullptr; before = at, at = at->next) {
        if (at != &one) continue;
        (before == nullptr ? each.first : before->next) = one.next;
        if (each.last == &one) each.last = before;
        --running_;
        return;
      }
  }

  bool empty() const { return running_ == 0; }
  /// When the next one is due; never_ns when there is none.
  std::int64_t next_due_ns() const {
    std::int64_t next = never_ns;
    for (queue const& each : queues_)
      if (each.first != nullptr) next = std::min(next, each.first->due_ns);
    return next;
  }
  /// The one that has been due for longest; nullptr when none is.
  timer* take_due(std::int64_t now_ns) {
    queue* longest = nullptr;
    for (queue& each : queues_)
      if (each.first != nullptr && each.first->due_ns <= now_ns)
        if (longest == nullptr || each.first->due_ns < longest->first->due_ns) longest = &each;
    if (longest == nullptr) return nullptr;
    --running_;
    return std::exchange(longest->first, longest->first->next);
  }

 private:
  struct queue {
    std::int64_t delay_ns;
    timer* first = nullptr;
    timer* last = nullptr;  // meaningless in an empty queue
  };

  queue& queue_of(std::int64_t delay_ns) {
    auto const found = std::ranges::find(queues_, delay_ns, &queue::delay_ns);
    return found != queues_.end() ? *found : queues_.emplace_back(queue{delay_ns});
  }

  std::vector<queue> queues_;
  std::size_t running_ = 0;
};

}  // namespace unitcost::runtime
