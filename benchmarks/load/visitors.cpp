#include "benchmarks/load/visitors.hpp"

#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
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
      places_(asked.at_once),
      message_(asked.bytes),
      answers_(asked.at_once * (asked.bytes + std::size_t{1})) {
  if (what_.stay) staying_.reserve(what_.visits);
}

void visitors::come(std::uint32_t count, std::int64_t patience_ns) {
  constexpr std::int64_t look_at_the_clock_ns = 100'000'000;
  std::int64_t const cpu_before_ns = own_cpu_ns();
  std::int64_t give_up_ns = runtime::now_ns() + patience_ns;
  if (next_ == 0) log_.begin_ns = runtime::now_ns();
  last_ = next_ + count;
  for (std::uint32_t place = 0; place < places_.size() && next_ < last_; ++place) arrive(place);
  while (present_ > 0 && runtime::now_ns() < give_up_ns) {
    auto const ready = epoll_.wait(look_at_the_clock_ns);
    if (!ready.empty()) give_up_ns = runtime::now_ns() + patience_ns;
    for (epoll_event const& each : ready) read_answer(each.data.u32);
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
  epoll_.add(one.socket.get(), EPOLLIN | EPOLLRDHUP, place);
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
    epoll_.remove(one.socket.get());
    staying_.push_back(std::move(one.socket));
  }
  one.socket.reset();
  --present_;
  if (next_ < last_) arrive(place);
}

}  // namespace unitcost::load
