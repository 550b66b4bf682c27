// What threads do that share an interpreter: work, or wait as much as they work.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

/// A step is a kernel of so many iterations. A unit that waits sleeps after each of its rounds but the last; one that
/// keeps others company works until these have ended.
struct job_plan {
  unsigned workers_of_steps = 0;  ///< units that only work, the first ones
  std::uint64_t steps = 0;        ///< of each of them; 0: until the last of the waiting units has ended
  unsigned waiting_units = 0;
  unsigned rounds = 0;  ///< of each of them
  std::int64_t wait_ns = 0;
  std::uint64_t iterations = 0;

  unsigned units() const { return workers_of_steps + waiting_units; }
};

class interpreter_job {
 public:
  explicit interpreter_job(job_plan const& plan);

  pause step(unsigned index);

  /// From the first unit's first step to the last unit's end.
  std::int64_t elapsed_ns() const;
  /// Steps and rounds, counted by those who made them.
  std::uint64_t made() const;
  std::uint64_t due() const;
  /// How many were within a step at the same time, at the most.
  unsigned most_inside() const { return most_inside_.load(std::memory_order_relaxed); }
  /// Of each wait: how much later than it was over the unit's next round began.
  std::vector<double> lateness_ns() const;

 private:
  struct alignas(64) unit_state {
    std::uint64_t made = 0, work = 0;
    std::int64_t begun_ns = 0, ended_ns = 0, due_ns = 0;
    std::vector<double> lateness_ns = {};
  };
  bool works_only(unsigned index) const { return index < plan_.workers_of_steps; }
  bool is_done(unsigned index) const;
  void enter();

  job_plan plan_;
  runtime::shared_array<unit_state> each_;
  std::atomic<unsigned> inside_{0}, most_inside_{0}, waiting_left_;
};

}  // namespace unitcost::measures
