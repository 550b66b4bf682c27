// An epoll set for a loop that numbers what it watches.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::runtime {

/// By `call`, just now: errno is its.
[[noreturn, gnu::noinline, gnu::cold]] inline void fail_to_wait_by(std::string_view call) {
  int const reason = errno;
  bool const is_too_new = reason == ENOSYS && call == "epoll_pwait2";
  throw std::system_error(
      reason, std::generic_category(),
      "waiting for events by " + std::string(call) + (is_too_new ? ", which needs Linux 5.11" : ""));
}

class epoll_set {
 public:
  static constexpr std::int64_t for_ever_ns = -1;
  static constexpr std::size_t most_events = 128;

  /// Throws as `opened` does.
  epoll_set() : epoll_(opened(::epoll_create1(EPOLL_CLOEXEC), "making an epoll set")) {}

  /// `events` as of epoll_ctl(2); `number` comes with each. Throws std::system_error.
  void add(int descriptor, std::uint32_t events, std::uint32_t number) {
    epoll_event wanted{.events = events, .data = {.u32 = number}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &wanted) != 0)
      throw std::system_error(errno, std::generic_category(), "adding a descriptor to an epoll set");
  }
  /// Of one that was added: what it is watched for from now on. What holds already is told of, too. Throws
  /// std::system_error.
  void change(int descriptor, std::uint32_t events, std::uint32_t number) {
    epoll_event wanted{.events = events, .data = {.u32 = number}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &wanted) != 0)
      throw std::system_error(errno, std::generic_category(), "changing what an epoll set watches");
  }
  /// One that was added.
  void remove(int descriptor) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr); }

  /// Blocks for at most so long, or for ever; none where that is over or a signal came. Valid until the next call.
  /// Inline, since a call that returns between two system calls is dear (reactor.hpp). Throws std::system_error.
  std::span<epoll_event const> wait(std::int64_t timeout_ns = for_ever_ns, std::size_t most = most_events) {
    int count = 0;
    bool const is_bounded = timeout_ns > 0;
    if (is_bounded) {
      timespec const left{.tv_sec = timeout_ns / 1'000'000'000, .tv_nsec = timeout_ns % 1'000'000'000};
      count = ::epoll_pwait2(epoll_.get(), events_.data(), static_cast<int>(most), &left, nullptr);
    } else {
      count = ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(most), timeout_ns == 0 ? 0 : -1);
    }
    if (count < 0 && errno != EINTR) fail_to_wait_by(is_bounded ? "epoll_pwait2" : "epoll_wait");
    return {events_.data(), count < 0 ? 0 : static_cast<std::size_t>(count)};
  }

 private:
  owned_descriptor epoll_;
  std::array<epoll_event, most_events> events_;
};

/// Whether the other side sends no more, or is gone: each read has to ask from then on. A write may still wait.
inline bool tells_of_hang_up(epoll_event const& one) { return (one.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0; }

}  // namespace unitcost::runtime
