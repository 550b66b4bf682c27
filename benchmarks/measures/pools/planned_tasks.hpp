// Tasks that come when they are planned, however busy the one is who runs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

/// What a task does: computes and then waits, its worker with it.
struct task_work {
  std::uint64_t iterations = 0;  ///< of grain's kernel
  std::int64_t wait_ns = 0;
};

/// What became of one task.
struct task_times {
  std::int64_t begun_ns = 0, ended_ns = 0;
  std::uint64_t result = 0;
  std::uint32_t runs = 0;
};

/// A task's body, which any unit can be handed, as bytes too.
struct planned_task {
  task_times* times;
  std::uint64_t seed;
  task_work work;

  void operator()() const;
};

/// In memory that forked units share. Whoever reads what became of the tasks knows that they have ended: by a join.
class planned_tasks {
 public:
  /// `planned_ns`: when each is due, from the beginning, in order. Each does `work`, or each its own.
  planned_tasks(std::vector<std::int64_t> planned_ns, task_work work);
  planned_tasks(std::vector<std::int64_t> planned_ns, std::vector<task_work> work);

  std::size_t size() const { return planned_ns_.size(); }
  planned_task body(std::size_t index) const { return {&times_[index], index + 1, work_[index]}; }

  void begin() { begun_ns_ = runtime::now_ns(); }
  std::int64_t due_ns(std::size_t index) const { return begun_ns_ + planned_ns_[index]; }

  /// Begins, and calls `give(body)` for each in turn when it is due, or at once when it is late already.
  /// `wait_until(when_ns)` waits as the caller's unit does.
  template <class WaitUntil, class Give>
  void play(WaitUntil wait_until, Give give) {
    begin();
    for (std::size_t index = 0; index < size(); ++index) {
      if (runtime::now_ns() < due_ns(index)) wait_until(due_ns(index));
      called_ns_[index] = runtime::now_ns();
      give(body(index));
      given_ns_[index] = runtime::now_ns();
    }
  }

  std::int64_t begun_ns() const { return begun_ns_; }
  std::int64_t last_end_ns() const;

  /// From the planned time, of each.
  std::vector<double> waits_ns() const;      ///< to the begin of the task
  std::vector<double> responses_ns() const;  ///< to its end
  /// How long giving it took: long where the giver had to wait for room.
  std::vector<double> giving_ns() const;
  /// From the giver's call to the begin of the task, which leaves out how late the giver was.
  std::vector<double> given_waits_ns() const;
  /// Of all tasks, the share of those that began after one that had been planned later.
  double overtaken_share() const;

  /// The most tasks that had been given and had not begun, at the return of a giver's call.
  std::size_t most_waiting() const;

  /// Proves that each ran once, and what it computed.
  void check(harness::measurement& given) const;

 private:
  std::vector<double> since_planned(std::int64_t task_times::*moment) const;

  std::vector<std::int64_t> planned_ns_, called_ns_, given_ns_;
  std::vector<task_work> work_;
  runtime::shared_array<task_times> times_;
  std::int64_t begun_ns_ = 0;
};

/// Reports `NAME_p50_ns`, `NAME_p99_ns` and so on, as far as there are samples enough, and `NAME_max_ns`.
void report_percentiles(std::string const& name, std::string const& label, std::vector<double> samples,
                        harness::measurement& given);

}  // namespace unitcost::measures
