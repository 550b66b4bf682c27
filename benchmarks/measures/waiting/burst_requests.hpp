// Requests of which many come at once, and what becomes of each, also where who serves them is killed.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

/// What it takes to answer a request: memory, written at once and read when the wait is over.
struct request_need {
  std::size_t bytes = 0;
  std::int64_t wait_ns = 0;
  /// Of the plan: no wait is over before, however early it began. So long stalls what all requests wait for.
  std::int64_t stalled_until_ns = 0;
};

inline constexpr std::int64_t stall_step_ns = 5'000'000;

/// What became of one request; 0: that did not happen. It is written by processes that may be killed at any moment,
/// and read when they have ended.
struct request_fate {
  std::int64_t taken_ns = 0;                 ///< by a server, which is then answerable for it
  std::int64_t held_ns = 0;                  ///< from when its unit holds the memory that it needs, written
  std::int64_t refused_ns = 0;               ///< there could be no unit for it
  std::int64_t killed_ns = 0;                ///< its unit was found dead, by its server
  std::int64_t lost_ns = 0;                  ///< its server was found dead
  std::atomic<std::int64_t> answered_ns{0};  ///< written last, by a release: who is killed before has not answered
  std::uint64_t answer = 0;
  std::uint32_t answers = 0;
  int refused_by = 0;  ///< the errno; 0: nobody but the model has refused

  bool answered() const { return answered_ns.load(std::memory_order_acquire) != 0; }
  bool failed() const { return taken_ns != 0 && !answered(); }
  /// When it was known that it will not be answered; 0: it was, or nobody knows of it.
  std::int64_t failed_ns() const { return answered() ? 0 : std::max({refused_ns, killed_ns, lost_ns}); }
  /// Taken and never answered, though no server said that it could not or is known to have died with it, or its unit.
  bool vanished() const { return failed() && refused_ns == 0 && killed_ns == 0 && lost_ns == 0; }
};

/// A request in a server's hands, which any unit can be handed, as bytes too.
struct burst_request {
  request_fate* fate;
  std::uint64_t seed;
  request_need need;
  std::int64_t stalled_until_ns;  ///< what need says of the plan, by the clock

  /// By its unit: the memory that it needs, written.
  std::vector<std::uint64_t> begin() const;
  void answer(std::vector<std::uint64_t> const& memory) const;
  /// From now on. To the end of a stall in whole steps: models whose timers are lists, one for each delay (timers.hpp),
  /// would else have as many as there are requests.
  std::int64_t wait_ns(std::int64_t now_ns) const {
    std::int64_t const steps = std::max<std::int64_t>(stalled_until_ns - now_ns + stall_step_ns - 1, 0) / stall_step_ns;
    return std::max(need.wait_ns, steps * stall_step_ns);
  }

  /// By a unit that waits where it stands, `wait(since_ns, delay_ns)`.
  template <class Wait>
  void serve(Wait wait) const {
    auto const memory = begin();
    std::int64_t const now_ns = runtime::now_ns();
    wait(now_ns, wait_ns(now_ns));
    answer(memory);
  }

  /// By the server that found no room for a unit, told so with this errno; 0: not by the kernel or the C library.
  void refuse(int by_error) const {
    fate->refused_by = by_error;
    fate->refused_ns = runtime::now_ns();
  }
  /// By the server that found the unit dead.
  void miss() const {
    if (!fate->answered()) fate->killed_ns = runtime::now_ns();
  }
};

/// Requests in the order in which they are planned. To be made in shared memory, by a process that outlives all
/// servers. Servers come one after the other: what one has not taken is the next one's, as with a socket that their
/// manager keeps open.
class burst_requests {
 public:
  /// `planned_ns`: when each is due, from the beginning, in order.
  burst_requests(std::vector<std::int64_t> planned_ns, request_need need);

  // By the server.
  /// The first server's beginning is all servers'.
  void begin_once() {
    if (begun_ns_ == 0) begun_ns_ = runtime::now_ns();
  }
  bool all_taken() const { return next_ == planned_ns_.size(); }
  std::int64_t next_due_ns() const { return due_ns(next_); }
  burst_request take();

  /// By the process that outlives the server, when it was killed: what it had taken and not answered is lost. Throws
  /// std::runtime_error when it died before it took any: so would all that come after it.
  void lose_what_is_under_way();

  // When the last server has ended.
  std::size_t size() const { return planned_ns_.size(); }
  request_need const& need() const { return need_; }
  std::size_t answered() const;
  /// So soon after the planned time.
  std::size_t answered_within(std::int64_t limit_ns) const;
  std::size_t refused() const;
  /// How many by which errno.
  std::map<int, std::size_t> refusals() const;
  std::size_t lost_with_unit() const;
  std::size_t lost_with_server() const;
  /// The most whose memory was held at once, without those whose unit alone was killed: when is not known.
  std::size_t most_held() const;
  /// How many had been taken when it was first known that one had failed; all, when none did.
  std::size_t taken_until_failure() const;
  /// From the last request that was taken until then to the first one that was taken after all that failed, and was
  /// answered; 0 when none failed. Throws not_stable when there is no such request.
  std::int64_t serves_again_ns() const;
  /// Of those that are planned for another moment.
  struct bystanders {
    std::size_t failed = 0;
    std::int64_t longest_wait_ns = 0;  ///< from the planned time to the answer
  };
  bystanders beside(std::int64_t moment_ns) const;
  /// From `moment_ns` of the plan to the planned time of the last request that failed; 0 when none did.
  std::int64_t failing_ns(std::int64_t moment_ns) const;
  /// From `moment_ns` of the plan to the first answer to a request that was planned after the last that a server took
  /// with it; 0 when no server died. Throws not_stable when no such request was answered.
  std::int64_t outage_ns(std::int64_t moment_ns) const;

  /// Proves that each was answered once and rightly, refused, or lost with its server or unit; of units no more than
  /// `killed_alone`, which the kernel has counted.
  void check(std::size_t killed_alone, harness::measurement& given) const;

 private:
  std::int64_t due_ns(std::size_t index) const { return begun_ns_ + planned_ns_[index]; }
  template <class Holds>
  std::size_t count_if(Holds holds) const;
  /// When it was first known that a request had failed, and last; 0 when none did.
  struct span_of_failing {
    std::int64_t first_ns = 0, last_ns = 0;
  };
  span_of_failing failing() const;

  std::vector<std::int64_t> planned_ns_;
  request_need need_;
  runtime::shared_array<request_fate> fates_;
  std::atomic<std::size_t> next_{
      0};                          ///< stored last, by a release: what is below it was taken, whoever was killed when
  std::size_t first_of_life_ = 0;  ///< of the living server
  std::int64_t begun_ns_ = 0;
};

}  // namespace unitcost::measures
