#include "benchmarks/load/closed_loop.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <limits>
#include <system_error>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/descriptor_io.hpp"

namespace unitcost::load {

using workloads::fill_message, workloads::message_checksum;

closed_loop::closed_loop(std::span<closed_loop_client const> clients, workloads::echo::parameters const& asked,
                         client_log& log)
    : message_bytes_(asked.bytes),
      computing_steps_(asked.computing_steps),
      log_(log),
      epoll_(runtime::opened(::epoll_create1(EPOLL_CLOEXEC), "making an epoll set")),
      message_(asked.bytes),
      answers_(clients.size() * (asked.bytes + 1)) {
  for (std::uint32_t index = 0; index < clients.size(); ++index) {
    clients_.push_back({.socket = clients[index].socket, .round = clients[index].first_round});
    epoll_event wanted{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u32 = index}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, clients[index].socket, &wanted) != 0)
      throw std::system_error(errno, std::generic_category(), "adding a client to an epoll set");
  }
}

void closed_loop::run(std::int64_t duration_ns) {
  duration_ns_ = duration_ns;
  deadline_ns_ = std::numeric_limits<std::int64_t>::max();  // until it is steady
  give_up_ns_ = runtime::now_ns() + patience_ns;
  unanswered_ = clients_.size();
  for (std::uint32_t index = 0; index < clients_.size(); ++index) send_message(index);
  while (under_way_ > 0 && runtime::now_ns() < give_up_ns_) serve_events();
  for (std::uint32_t index = 0; index < clients_.size(); ++index)
    if (clients_[index].under_way) lose(index);
}

void closed_loop::serve_events() {
  constexpr int look_at_the_clock_ms = 100;
  std::array<epoll_event, 64> events;
  int const count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), look_at_the_clock_ms);
  if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "waiting for answers");
  for (int at = 0; at < count; ++at) {
    std::uint32_t const index = events[static_cast<std::size_t>(at)].data.u32;
    send_rest(index);
    receive(index);
  }
}

void closed_loop::begin_steady(std::int64_t now_ns) {
  log_.steady_from_ns = log_.steady_until_ns = now_ns;
  deadline_ns_ = now_ns + duration_ns_;
  give_up_ns_ = deadline_ns_ + patience_ns;
}

void closed_loop::note_first_answer(std::int64_t now_ns) {
  if (--unanswered_ == 0) begin_steady(now_ns);
}

void closed_loop::note_time(client const& one, std::int64_t now_ns) {
  if (unanswered_ > 0) return;
  if (now_ns <= deadline_ns_) {
    ++log_.steady_answers;
    log_.steady_until_ns = now_ns;
  }
  if (one.sent_ns < log_.steady_from_ns || log_.rounds_timed == log_.round_ns.size()) return;
  log_.round_ns[log_.rounds_timed++] = now_ns - one.sent_ns;
}

void closed_loop::send_message(std::uint32_t index) {
  client& one = clients_[index];
  fill_message(message_, one.round);
  one.sent_checksum = message_checksum(message_, one.round);
  one.sent_bytes = one.answered_bytes = 0;
  one.under_way = true;
  ++under_way_;
  one.sent_ns = runtime::now_ns();
  send_rest(index);
}

// What does not fit now is sent when an event tells that there is room again.
void closed_loop::send_rest(std::uint32_t index) {
  client& one = clients_[index];
  if (!one.under_way || one.sent_bytes == message_bytes_) return;
  if (one.sent_bytes > 0) fill_message(message_, one.round);  // others have sent theirs meanwhile
  auto const count = runtime::write_some(one.socket, std::span(message_).subspan(one.sent_bytes));
  if (count >= 0) one.sent_bytes += static_cast<std::size_t>(count);
  if (count < 0 && count != -EAGAIN) lose(index);
}

std::span<std::byte> closed_loop::answer_of(std::uint32_t index) {
  std::size_t const room = message_bytes_ + 1;
  return std::span(answers_).subspan(index * room, room);
}

void closed_loop::receive(std::uint32_t index) {
  client& one = clients_[index];
  while (one.under_way) {
    auto const room = answer_of(index).subspan(one.answered_bytes);
    auto const count = runtime::read_some(one.socket, room);
    if (count == -EAGAIN) return;
    if (count <= 0) return lose(index);
    one.answered_bytes += static_cast<std::size_t>(count);
    bool const drained = static_cast<std::size_t>(count) < room.size();
    if (one.answered_bytes >= message_bytes_) take_answer(index);
    if (drained) return;
  }
}

void closed_loop::take_answer(std::uint32_t index) {
  client& one = clients_[index];
  client_tally& tally = log_.tallies[index];
  std::int64_t const now_ns = runtime::now_ns();
  if (tally.requests == 0)
    note_first_answer(now_ns);
  else
    note_time(one, now_ns);
  bool const too_much = one.answered_bytes > message_bytes_;
  if (too_much || message_checksum(answer_of(index).first(message_bytes_), one.round) != one.sent_checksum)
    ++tally.wrong_answers;
  tally.checksum += workloads::echo::answered_checksum(one.sent_checksum, computing_steps_);
  ++tally.requests;
  ++one.round;
  one.under_way = false;
  --under_way_;
  if (now_ns < deadline_ns_) send_message(index);
}

void closed_loop::lose(std::uint32_t index) {
  client& one = clients_[index];
  one.under_way = false;
  --under_way_;
  ++log_.tallies[index].lost;
  if (log_.tallies[index].requests == 0) note_first_answer(runtime::now_ns());  // it will not come: the others go on
}

}  // namespace unitcost::load
