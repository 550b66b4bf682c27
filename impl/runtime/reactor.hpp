// Where the units of one kernel thread wait for descriptors and for time: an epoll set and timers.
//
// Events are edge-triggered, so a descriptor costs one epoll_ctl when it is first waited for, none if it never is, and
// another at its stream's end where the stream leaves it open. A read is not tried before the first event: as a rule it
// would find nothing, and each would cost two calls. When the event comes the reactor itself reads and gives the
// completed transfer back; its unit is resumed once, with the bytes at hand. A read or write that returns less than was
// asked for has drained (or filled) the kernel's buffer, epoll(7): the next one waits for an event without asking
// again. So readers should ask for more than they expect.
//
// Transfers are completed one at a time, each just before its unit runs, so that the bytes are in the cache then.
#pragma once

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "impl/runtime/epoll_set.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/reactor_of.hpp"
#include "impl/runtime/stream.hpp"
#include "impl/runtime/timers.hpp"

namespace unitcost::runtime {

/// Wants non-blocking descriptors, as those are that it accepts. Has none of its own until a stream needs one.
class epoll_transfers final : public stream_watcher {
 public:
  // As in `reactor_of`. Throws as `opened` does, limit_reached where there is no watch left, and std::system_error
  // where the descriptor cannot be waited for (a file).
  bool start(stream& on, transfer& one);
  bool has_waiting() const { return waiting_ > 0; }
  void wait(std::int64_t until_ns);
  waiting* take_completed();
  void let_go() {}   // `forget` did
  void abandon() {}  // the kernel knows of none

 private:
  void forget(stream& ended) override;

  /// False: it would have to wait.
  bool perform(stream& on, transfer& one);
  void watch(stream& one);
  void wait_until(std::int64_t due_ns);
  /// What that call has returned.
  void note_events(int count, char const* call);
  void note(epoll_event const& one);
  /// What the event can complete: first the reader, at the next call the writer. nullptr when it is used up.
  transfer* complete_at(stream& ready);

  static constexpr std::size_t most_events = 128;  // a call; what is left over is told by the next one

  owned_descriptor epoll_;
  std::size_t waiting_ = 0;  // started, not yet completed
  std::size_t next_event_ = 0, event_count_ = 0;
  std::array<epoll_event, most_events> events_;
};

// Inline, what happens at each transfer: calls that return between two system calls are dear, where the kernel clears
// the predictor of returns for its own protection (Linux's Documentation/admin-guide/hw-vuln/srso.rst).

inline bool epoll_transfers::start(stream& on, transfer& one) {
  if ((one.reads ? on.may_read_ : on.may_write_) && perform(on, one)) return true;
  if (on.watched_by_ == nullptr) watch(on);
  (one.reads ? on.reader_ : on.writer_) = &one;
  ++waiting_;
  return false;
}

inline bool epoll_transfers::perform(stream& on, transfer& one) {
  if (!one.reads)
    one.result = write_some(on.descriptor_, {one.data, one.size});
  else if (!one.accepts)
    one.result = read_some(on.descriptor_, {one.data, one.size});
  else
    one.result = accept_one(on.descriptor_, SOCK_NONBLOCK);  // and there may be more
  bool const would_wait = one.result == -EAGAIN;
  if (would_wait || (one.result > 0 && static_cast<std::size_t>(one.result) < one.size)) {
    if (!one.reads)
      on.may_write_ = false;
    else if (!on.hung_up_)
      on.may_read_ = false;
  }
  return !would_wait;
}

/// Has the unit's memory fetched while the kernel reads or writes for it: a transfer lies in its unit's frame, or on
/// its stack below what is known of it, and what lies between them is what the unit needs to go on. Half of it at most
/// from either end, where they are far apart.
inline void fetch_unit_of(transfer const& one) {
  constexpr std::uintptr_t line_bytes = 64, most_lines = 4;
  auto const here = reinterpret_cast<std::uintptr_t>(&one), unit = reinterpret_cast<std::uintptr_t>(one.unit);
  std::uintptr_t const first = std::min(here, unit), last = std::max(here, unit);
  for (std::uintptr_t line = 0; line < most_lines; ++line) {
    __builtin_prefetch(reinterpret_cast<void const*>(first + line * line_bytes));
    __builtin_prefetch(reinterpret_cast<void const*>(last - line * line_bytes));
  }
}

inline transfer* epoll_transfers::complete_at(stream& ready) {
  for (transfer** const each : {&ready.reader_, &ready.writer_}) {
    bool const may = each == &ready.reader_ ? ready.may_read_ : ready.may_write_;
    if (*each == nullptr || !may) continue;
    fetch_unit_of(**each);
    if (!perform(ready, **each)) continue;
    --waiting_;
    return std::exchange(*each, nullptr);
  }
  return nullptr;
}

inline void epoll_transfers::wait(std::int64_t until_ns) {
  if (waiting_ > 0 && until_ns == timers::never_ns)
    note_events(::epoll_wait(epoll_.get(), events_.data(), most_events, -1), "epoll_wait");
  else
    wait_until(until_ns);
}

inline void epoll_transfers::note_events(int count, char const* call) {
  if (count < 0 && errno != EINTR) fail_to_wait_by(call);
  next_event_ = 0;
  event_count_ = static_cast<std::size_t>(std::max(count, 0));
  // All before the first unit runs: it may ask one of the others.
  for (std::size_t index = 0; index < event_count_; ++index) note(events_[index]);
}

inline void epoll_transfers::note(epoll_event const& one) {
  auto& ready = *static_cast<stream*>(one.data.ptr);
  bool const hung_up = tells_of_hang_up(one);
  if (hung_up || (one.events & EPOLLIN) != 0) ready.may_read_ = true;
  if (hung_up || (one.events & EPOLLOUT) != 0) ready.may_write_ = true;
  if (hung_up) ready.hung_up_ = true;
}

inline waiting* epoll_transfers::take_completed() {
  for (; next_event_ < event_count_; ++next_event_)
    if (auto* const ready = static_cast<stream*>(events_[next_event_].data.ptr))
      if (transfer* const completed = complete_at(*ready)) return completed;
  return nullptr;
}

using reactor = reactor_of<epoll_transfers>;

}  // namespace unitcost::runtime
