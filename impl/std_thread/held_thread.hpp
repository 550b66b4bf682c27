// A thread that its starter holds: CPython's Thread, over the thread that all others of std_thread are.
//
// std::thread has neither a name nor a join with a time-out, and one that is detached cannot be joined any more. So a
// daemon stays joinable here and is let go of with its handle only: from then on it runs until its body returns, or
// the process ends, which the kernel sees to (exit_group, when main returns). What the process destroys before that,
// its static objects say, a daemon may still be using.
#pragma once

#include <sys/prctl.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "impl/model.hpp"
#include "impl/runtime/posix_thread.hpp"

namespace unitcost::threads {

/// Moved from or joined it holds nothing, and its unit is not alive.
class held_thread {
 public:
  /// As posix_thread is made.
  template <class Body>
  held_thread(runtime::thread_attributes const& attributes, started_as const& as, Body body)
      : as_(as), thread_(attributes, [name = as.name, body = std::move(body)]() mutable {
          ::prctl(PR_SET_NAME, name.c_str());  // the calling thread's; cut by the kernel
          body();
        }) {}
  held_thread(held_thread&&) noexcept = default;
  held_thread& operator=(held_thread&& other) noexcept {
    std::swap(as_, other.as_);
    std::swap(thread_, other.thread_);
    return *this;
  }
  ~held_thread() {
    if (as_.daemon) thread_.let_go();
  }

  void join() { thread_.join(); }
  bool join_within(std::int64_t limit_ns) { return thread_.join_within(limit_ns); }
  bool alive() { return !thread_.join_if_ended(); }
  std::string_view name() const { return as_.name; }
  bool daemon() const { return as_.daemon; }

 private:
  started_as as_;
  runtime::posix_thread thread_;  // its destructor joins
};

static_assert(unit_handle<held_thread>);

}  // namespace unitcost::threads
