// Requests of which many come at once, and what becomes of each, also where who serves them is killed.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

/// What it takes to answer a request: memory, written at once and read when the wait is over.
struct request_need {
  std::size_t bytes = 0;
  std::int64_t wait_ns = 0;
};

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

  bool answered() const { return answered_ns.load(std::memory_order_acquire) != 0; }
  bool failed() const { return taken_ns != 0 && !answered(); }
  /// Taken and never answered, though no server said that it could not or is known to have died with it, or its unit.
  bool vanished() const { return failed() && refused_ns == 0 && killed_ns == 0 && lost_ns == 0; }
};

/// A request in a server's hands, which any unit can be handed, as bytes too.
struct burst_request {
  request_fate* fate;
  std::uint64_t seed;
  request_need need;

  /// By its unit: the memory that it needs, written.
  std::vector<std::uint64_t> begin() const;
  void answer(std::vector<std::uint64_t> const& memory) const;

  /// By a unit that waits where it stands, `wait(since_ns, delay_ns)`.
  template <class Wait>
  void serve(Wait wait) const {
    auto const memory = begin();
    wait(runtime::now_ns(), need.wait_ns);
    answer(memory);
  }

  /// By the server that found no room for a unit.
  void refuse() const { fate->refused_ns = runtime::now_ns(); }
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
  std::size_t lost_with_unit() const;
  std::size_t lost_with_server() const;
  /// The most whose memory was held at once, without those whose unit alone was killed: when is not known.
  std::size_t most_held() const;
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

  std::vector<std::int64_t> planned_ns_;
  request_need need_;
  runtime::shared_array<request_fate> fates_;
  std::atomic<std::size_t> next_{
      0};                          ///< stored last, by a release: what is below it was taken, whoever was killed when
  std::size_t first_of_life_ = 0;  ///< of the living server
  std::int64_t begun_ns_ = 0;
};

}  // namespace unitcost::measures
