#include "benchmarks/measures/waiting/readiness_loop.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace unitcost::measures {

int accepted(runtime::transferred result) {
  if (result == -EINVAL) throw std::runtime_error("the door was shut before all had come who were due");
  if (result < 0) throw std::system_error(static_cast<int>(-result), std::generic_category(), "accepting a connection");
  return static_cast<int>(result);
}

void ready_units::watch(int descriptor, std::uint32_t unit) {
  epoll_.add(descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, unit);
}

std::span<std::uint32_t const> ready_units::wait() {
  told_.clear();
  while (told_.empty()) {
    for (epoll_event const& each : epoll_.wait()) {
      std::uint32_t const unit = each.data.u32;
      if (runtime::tells_of_hang_up(each)) has_hung_up_[unit] = true;
      if (is_told_[unit] || is_forgotten_[unit]) continue;
      is_told_[unit] = true;
      told_.push_back(unit);
    }
  }
  for (std::uint32_t const unit : told_) is_told_[unit] = false;
  return told_;
}

}  // namespace unitcost::measures
