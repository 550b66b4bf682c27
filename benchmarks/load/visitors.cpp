#include "benchmarks/load/visitors.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "impl/runtime/clock.hpp"

namespace unitcost::load {

using workloads::visit;

namespace {

std::int64_t own_cpu_ns() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

}  // namespace

visitors::visitors(listener const& server, visit::parameters const& asked, visit_log& log)
    : server_(server),
      what_(asked),
      log_(log),
      epoll_(runtime::opened(::epoll_create1(EPOLL_CLOEXEC), "making an epoll set")),
      places_(asked.at_once),
      message_(asked.bytes),
      answers_(asked.at_once * (asked.bytes + std::size_t{1})) {
  if (what_.stay) staying_.reserve(what_.visits);
}

void visitors::come(std::uint32_t count, std::int64_t patience_ns) {
  constexpr int look_at_the_clock_ms = 100;
  std::int64_t const cpu_before_ns = own_cpu_ns();
  std::int64_t give_up_ns = runtime::now_ns() + patience_ns;
  if (next_ == 0) log_.begin_ns = runtime::now_ns();
  last_ = next_ + count;
  for (std::uint32_t place = 0; place < places_.size() && next_ < last_; ++place) arrive(place);
  std::array<epoll_event, 64> events;
  while (present_ > 0 && runtime::now_ns() < give_up_ns) {
    int const ready = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), look_at_the_clock_ms);
    if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "waiting for answers");
    if (ready > 0) give_up_ns = runtime::now_ns() + patience_ns;
    for (int at = 0; at < ready; ++at) read_answer(events[static_cast<std::size_t>(at)].data.u32);
  }
  log_.lost += present_ + (last_ - next_);
  log_.cpu_ns += own_cpu_ns() - cpu_before_ns;
  for (visitor& one : places_) one.socket.reset();  // who has waited in vain goes
  present_ = 0;
}

// The kernel completes a connection of the loopback at once, as long as there is room in the listener's queue; what
// so short a message takes there is in the connection's buffer.
void visitors::arrive(std::uint32_t place) {
  visitor& one = places_[place];
  one = {.socket = {}, .number = next_++, .begin_ns = runtime::now_ns()};
  one.socket = server_.connect();
  ++present_;
  visit::fill(message_, one.number);
  epoll_event wanted{.events = EPOLLIN | EPOLLRDHUP, .data = {.u32 = place}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, one.socket.get(), &wanted) != 0)
    throw std::system_error(errno, std::generic_category(), "adding a visitor to an epoll set");
  // One whose message is not taken is found by its want of an answer.
  [[maybe_unused]] auto const sent =
      ::send(one.socket.get(), message_.data(), message_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

std::span<std::byte> visitors::answer_at(std::uint32_t place) {
  std::size_t const each = what_.bytes + std::size_t{1};
  return std::span(answers_).subspan(place * each, each);
}

void visitors::read_answer(std::uint32_t place) {
  visitor& one = places_[place];
  auto const room = answer_at(place).subspan(one.answered_bytes);
  auto const count = ::recv(one.socket.get(), room.data(), room.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    ++log_.lost;
    return end_visit(place);
  }
  one.answered_bytes += static_cast<std::size_t>(count);
  if (one.answered_bytes < what_.bytes) return;
  check_answer(place);
  end_visit(place);
}

void visitors::check_answer(std::uint32_t place) {
  visitor const& one = places_[place];
  log_.end_ns = runtime::now_ns();
  log_.visit_ns[one.number] = log_.end_ns - one.begin_ns;
  visit::fill(message_, one.number);
  log_.checksum += visit::checksum_of(message_);
  ++log_.answered;
  bool const same = one.answered_bytes == what_.bytes &&
                    std::ranges::equal(answer_at(place).first(what_.bytes), std::span(std::as_const(message_)));
  if (!same) ++log_.wrong_answers;
}

void visitors::end_visit(std::uint32_t place) {
  visitor& one = places_[place];
  if (what_.stay) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, one.socket.get(), nullptr);  // cannot fail: it is in
    staying_.push_back(std::move(one.socket));
  }
  one.socket.reset();
  --present_;
  if (next_ < last_) arrive(place);
}

}  // namespace unitcost::load
