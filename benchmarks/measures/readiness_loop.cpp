#include "benchmarks/measures/readiness_loop.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace unitcost::measures {

namespace {

constexpr std::uint32_t ended = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

}  // namespace

int accepted(runtime::transferred result) {
  if (result == -EINVAL) throw std::runtime_error("the door was shut before all had come who were due");
  if (result < 0) throw std::system_error(static_cast<int>(-result), std::generic_category(), "accepting a connection");
  return static_cast<int>(result);
}

void ready_units::watch(int descriptor, std::uint32_t unit) {
  epoll_event wanted{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u32 = unit}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &wanted) != 0)
    throw std::system_error(errno, std::generic_category(), "adding a descriptor to an epoll set");
}

std::span<std::uint32_t const> ready_units::wait() {
  std::array<epoll_event, 128> events;
  told_.clear();
  while (told_.empty()) {
    int const count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "waiting for events");
    for (int at = 0; at < count; ++at) {
      epoll_event const& event = events[static_cast<std::size_t>(at)];
      std::uint32_t const unit = event.data.u32;
      if ((event.events & ended) != 0) has_hung_up_[unit] = true;
      if (is_told_[unit] || is_forgotten_[unit]) continue;
      is_told_[unit] = true;
      told_.push_back(unit);
    }
  }
  for (std::uint32_t const unit : told_) is_told_[unit] = false;
  return told_;
}

}  // namespace unitcost::measures
