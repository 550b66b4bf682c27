// A process in which units may come to a bad end. The measure that provokes it only watches, and survives.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>

#include "impl/process/child_end.hpp"
#include "impl/process/shared_failure.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

/// Forked to run `body`, in a process group of its own. It dies with the thread that made it; what it started is killed
/// and reaped with it.
class victim {
 public:
  /// Throws limit_reached when the kernel refuses one more process.
  explicit victim(std::function<void()> const& body);
  victim(victim const&) = delete;
  victim& operator=(victim const&) = delete;
  ~victim();

  /// Whether it ends by itself within that time; it is still to be reaped.
  bool ends_within(std::int64_t limit_ns) const;
  /// Throws what left `body`, as limit_reached or unit_crashed with its text: such an end is no death.
  void rethrow_failure() const { failure_->rethrow(); }
  /// Kills it and its family, unless it has ended, and reaps all of them. Returns its own end. Call it once.
  processes::child_end reap();

 private:
  runtime::shared_object<processes::shared_failure> failure_;
  int was_subreaper_ = 0;
  pid_t pid_ = 0;  ///< 0: reaped
};

}  // namespace unitcost::measures
