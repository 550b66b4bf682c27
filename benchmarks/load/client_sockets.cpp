#include "benchmarks/load/client_sockets.hpp"

#include <cerrno>

#include "impl/runtime/descriptor_io.hpp"

namespace unitcost::load {

using workloads::fill_message, workloads::message_checksum;

client_sockets::client_sockets(std::span<client_end const> ends, workloads::echo::parameters const& asked,
                               std::span<client_tally> tallies)
    : message_bytes_(asked.bytes),
      computing_steps_(asked.computing_steps),
      tallies_(tallies),
      message_(asked.bytes),
      answers_(ends.size() * (asked.bytes + 1)) {
  for (client_end const& each : ends) {
    epoll_.add(each.socket, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, size());
    clients_.push_back({.socket = each.socket, .round = each.first_round});
  }
}

std::int64_t client_sockets::send(std::uint32_t client) {
  state& one = clients_[client];
  fill_message(message_, one.round);
  one.sent_checksum = message_checksum(message_, one.round);
  one.sent_bytes = one.answered_bytes = 0;
  one.under_way = true;
  ++under_way_;
  std::int64_t const sent_ns = now_ns();
  write_rest(client);
  return sent_ns;
}

void client_sockets::give_up() {
  for (std::uint32_t client = 0; client < size(); ++client)
    if (clients_[client].under_way) lose(client);
}

std::span<std::uint32_t const> client_sockets::ready(int timeout_ms) {
  ready_.clear();
  for (epoll_event const& each : epoll_.wait(timeout_ms * std::int64_t{1'000'000})) ready_.push_back(each.data.u32);
  return ready_;
}

// What does not fit now is sent when an event tells that there is room again; others have sent theirs meanwhile.
void client_sockets::send_rest(std::uint32_t client) {
  state const& one = clients_[client];
  if (!one.under_way || one.sent_bytes == message_bytes_) return;
  fill_message(message_, one.round);
  write_rest(client);
}

void client_sockets::write_rest(std::uint32_t client) {
  state& one = clients_[client];
  auto const count = runtime::write_some(one.socket, std::span(message_).subspan(one.sent_bytes));
  if (count >= 0) one.sent_bytes += static_cast<std::size_t>(count);
  if (count < 0 && count != -EAGAIN) broken_.push_back(client);
}

std::span<std::byte> client_sockets::answer_of(std::uint32_t client) {
  std::size_t const room = message_bytes_ + 1;
  return std::span(answers_).subspan(client * room, room);
}

std::optional<client_event> client_sockets::receive(std::uint32_t client) {
  state& one = clients_[client];
  while (one.under_way && one.readable) {
    auto const room = answer_of(client).subspan(one.answered_bytes);
    auto const count = runtime::read_some(one.socket, room);
    if (count == -EAGAIN) return std::nullopt;
    if (count <= 0) return lose(client);
    one.answered_bytes += static_cast<std::size_t>(count);
    one.readable = static_cast<std::size_t>(count) == room.size();  // else it is drained
    if (one.answered_bytes >= message_bytes_) return take_answer(client);
  }
  return std::nullopt;
}

client_event client_sockets::take_answer(std::uint32_t client) {
  state& one = clients_[client];
  client_tally& tally = tallies_[client];
  std::int64_t const at_ns = now_ns();
  bool const too_much = one.answered_bytes > message_bytes_;
  if (too_much || message_checksum(answer_of(client).first(message_bytes_), one.round) != one.sent_checksum)
    ++tally.wrong_answers;
  tally.checksum += workloads::echo::answered_checksum(one.sent_checksum, computing_steps_);
  ++tally.requests;
  ++one.round;
  one.under_way = false;
  --under_way_;
  return {.client = client, .at_ns = at_ns};
}

client_event client_sockets::lose(std::uint32_t client) {
  clients_[client].under_way = false;
  --under_way_;
  ++tallies_[client].lost;
  return {.client = client, .at_ns = now_ns(), .lost = true};
}

}  // namespace unitcost::load
