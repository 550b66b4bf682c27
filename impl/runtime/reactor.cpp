#include "impl/runtime/reactor.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/epoll_set.hpp"

namespace unitcost::runtime {

namespace {

[[noreturn]] void refuse_watch() {
  if (errno == ENOSPC)
    throw limit_reached(
        "waiting for a descriptor: no epoll watch left; raise fs.epoll.max_user_watches or use fewer units");
  throw std::system_error(errno, std::generic_category(), "adding a descriptor to an epoll set");
}

}  // namespace

void epoll_transfers::watch(stream& one) {
  if (epoll_.get() < 0) epoll_ = opened(::epoll_create1(EPOLL_CLOEXEC), "making an epoll set");
  epoll_event wanted{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &one}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, one.descriptor_, &wanted) != 0) refuse_watch();
  one.watched_by_ = this;
}

void epoll_transfers::forget(stream& one) {
  for (std::size_t index = next_event_; index < event_count_; ++index)
    if (events_[index].data.ptr == &one) events_[index].data.ptr = nullptr;
  if (one.closes_at_its_end()) return;  // closing takes the last descriptor of a file out of all sets, epoll(7)
  // Its owner may close it late or not at all. That it cannot fail follows from `watch`.
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, one.descriptor_, nullptr);
}

void epoll_transfers::wait_until(std::int64_t due_ns) {
  if (waiting_ == 0) return sleep_until(due_ns);
  std::int64_t const left_ns = std::max<std::int64_t>(0, due_ns - now_ns());
  timespec const left{.tv_sec = left_ns / 1'000'000'000, .tv_nsec = left_ns % 1'000'000'000};
  note_events(::epoll_pwait2(epoll_.get(), events_.data(), most_events, &left, nullptr), "epoll_pwait2");
}

}  // namespace unitcost::runtime
