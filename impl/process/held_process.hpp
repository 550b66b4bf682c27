// A forked process that its parent holds: CPython's Process.
//
// A daemon is killed and reaped with its handle. It also asks the kernel to be killed when the thread that forked it
// ends, in whatever way (PR_SET_PDEATHSIG): so it goes with a parent that crashes, too. One that is no daemon outlives
// such a parent.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "impl/model.hpp"
#include "impl/process/fork_child.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::processes {

/// For the process that forked it: nobody else can wait for a child. Moved from or joined it holds nothing, and its
/// unit is not alive.
class held_process {
 public:
  /// Forks a child that runs `body()`. Throws as fork_child does. `failure` outlives it.
  template <class Body>
  held_process(shared_failure& failure, started_as as, Body&& body)
      : failure_(&failure), as_(std::move(as)), pid_(fork_child(failure, [&, parent = ::getpid()] {
          become(as_, parent);
          body();
        })) {}
  held_process(held_process&& other) noexcept
      : failure_(other.failure_),
        as_(std::move(other.as_)),
        pid_(std::exchange(other.pid_, 0)),
        descriptor_(std::move(other.descriptor_)) {}
  held_process& operator=(held_process&& other) noexcept {
    std::swap(failure_, other.failure_);
    std::swap(as_, other.as_);
    std::swap(pid_, other.pid_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~held_process();

  /// Reaps it. Throws unit_crashed or limit_reached when it, or another unit of the run, failed.
  void join();
  bool join_within(std::int64_t limit_ns);
  /// An ended one is none, also before it was reaped.
  bool alive() const;
  std::string_view name() const { return as_.name; }
  bool daemon() const { return as_.daemon; }

 private:
  /// In the child. The parent may have ended before the kernel was told: then there is nothing to stay for.
  static void become(started_as const& as, pid_t parent);

  shared_failure* failure_;
  started_as as_;
  pid_t pid_;                             ///< 0: reaped, or moved from
  runtime::owned_descriptor descriptor_;  ///< of the process, from the first join_within on: that is what poll(2) takes
};

static_assert(unit_handle<held_process>);

}  // namespace unitcost::processes
