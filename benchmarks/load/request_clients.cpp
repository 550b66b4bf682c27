#include "benchmarks/load/request_clients.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/descriptor_io.hpp"

namespace unitcost::load {

using workloads::requests;

namespace {

iovec part(std::span<std::byte const> bytes) {
  return {.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
}

}  // namespace

request_clients::request_clients(std::span<int const> sockets, std::uint32_t first_connection,
                                 requests::parameters const& asked, std::span<request_tally> tallies,
                                 clockid_t server_clock)
    : asked_(asked), tallies_(tallies), server_clock_(server_clock) {
  constexpr std::size_t word = sizeof(std::uint64_t);
  for (int const socket : sockets) {
    auto const index = static_cast<std::uint32_t>(clients_.size());
    std::uint32_t const connection = first_connection + index;
    client one{.socket = socket, .number = requests::first_number_of(connection), .bytes = {}};
    one.bytes.resize(asked.bytes + (payloads - 1) * word);
    workloads::fill_message(one.bytes, connection);
    for (std::size_t which = 0; which < payloads; ++which)
      one.digests[which] = workloads::digest(payload_of(one, which));
    epoll_.add(socket, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, index);
    clients_.push_back(std::move(one));
  }
}

std::span<std::byte const> request_clients::payload_of(client const& one, std::uint64_t number) const {
  return std::span(one.bytes).subspan(number % payloads * sizeof(std::uint64_t), asked_.bytes);
}

bool request_clients::any_lost() const {
  return std::ranges::any_of(tallies_, [](request_tally const& each) { return each.lost > 0; });
}

steady_slice request_clients::run(slice_limits const& limits, std::function<void(std::int64_t)> const& note) {
  constexpr std::int64_t look_at_the_clock_ns = 100'000'000;
  now_ = {.limits = limits, .give_up_ns = runtime::now_ns() + limits.patience_ns, .steady = {}};
  for (client& each : clients_) each.in_slice = false;
  for (request_tally const& each : tallies_) now_.unanswered += each.lost == 0;
  for (std::uint32_t index = 0; index < clients_.size(); ++index)
    if (tallies_[index].lost == 0) send(index);
  while (under_way_ > 0 && runtime::now_ns() < now_.give_up_ns)
    for (epoll_event const& each : epoll_.wait(look_at_the_clock_ns)) serve_event(each.data.u32, note);
  for (std::uint32_t index = 0; index < clients_.size(); ++index)
    if (clients_[index].under_way) lose(index);
  return now_.steady;
}

void request_clients::send(std::uint32_t index) {
  client& one = clients_[index];
  one.sent_bytes = one.answered_bytes = 0;
  one.under_way = true;
  ++under_way_;
  one.sent_ns = runtime::now_ns();
  write_rest(index);
}

// What does not fit now is sent when an event tells that there is room again.
void request_clients::write_rest(std::uint32_t index) {
  client& one = clients_[index];
  auto const header = std::as_bytes(std::span(&one.number, 1));
  auto const payload = payload_of(one, one.number);
  while (one.sent_bytes < requests::request_bytes(asked_)) {
    std::size_t const of_header = std::min(one.sent_bytes, header.size());
    std::array parts{part(header.subspan(of_header)), part(payload.subspan(one.sent_bytes - of_header))};
    msghdr const message{.msg_name = nullptr,
                         .msg_namelen = 0,
                         .msg_iov = parts.data(),
                         .msg_iovlen = parts.size(),
                         .msg_control = nullptr,
                         .msg_controllen = 0,
                         .msg_flags = 0};
    auto const count = ::sendmsg(one.socket, &message, MSG_NOSIGNAL);
    if (count >= 0)
      one.sent_bytes += static_cast<std::size_t>(count);
    else if (errno == EAGAIN)
      return;
    else if (errno != EINTR)
      return lose(index);
  }
}

void request_clients::serve_event(std::uint32_t index, std::function<void(std::int64_t)> const& note) {
  client& one = clients_[index];
  one.readable = true;
  if (one.under_way) write_rest(index);
  while (one.under_way && receive(index)) {
    std::int64_t const now_ns = runtime::now_ns();
    check_answer(index);
    note_answer(one, now_ns, note);
    if (!now_.over) send(index);
  }
}

bool request_clients::receive(std::uint32_t index) {
  client& one = clients_[index];
  while (one.readable) {
    auto const room = std::span(one.answered).subspan(one.answered_bytes);
    auto const count = runtime::read_some(one.socket, room);
    if (count == -EAGAIN) break;
    if (count <= 0) {
      lose(index);
      return false;
    }
    one.answered_bytes += static_cast<std::size_t>(count);
    one.readable = static_cast<std::size_t>(count) == room.size();  // else it is drained
    if (one.answered_bytes >= sizeof(answer)) return true;
  }
  one.readable = false;
  return false;
}

void request_clients::check_answer(std::uint32_t index) {
  client& one = clients_[index];
  request_tally& tally = tallies_[index];
  answer const due = requests::expected(one.number, one.digests[one.number % payloads], asked_.computing_steps);
  answer got;
  std::memcpy(&got, one.answered.data(), sizeof got);
  bool const right = one.answered_bytes == sizeof(answer) && got == due;
  right ? ++tally.answers : ++tally.wrong_answers;
  tally.checksum += due.result;
  ++one.number;
  one.under_way = false;
  --under_way_;
}

void request_clients::lose(std::uint32_t index) {
  clients_[index].under_way = false;
  --under_way_;
  ++tallies_[index].lost;
  note_first(clients_[index], runtime::now_ns());  // it will not come: the others go on
}

void request_clients::note_first(client& one, std::int64_t now_ns) {
  if (std::exchange(one.in_slice, true) || --now_.unanswered > 0) return;
  now_.steady_from_ns = now_ns;
  now_.give_up_ns = now_ns + now_.limits.duration_ns + now_.limits.patience_ns;
  now_.cpu_from_ns = server_cpu_ns();
}

void request_clients::note_answer(client& one, std::int64_t now_ns, std::function<void(std::int64_t)> const& note) {
  if (now_.unanswered > 0) return note_first(one, now_ns);
  if (one.sent_ns >= now_.steady_from_ns) note(now_ns - one.sent_ns);
  if (now_.over) return;
  ++now_.steady.answers;
  now_.steady.elapsed_ns = now_ns - now_.steady_from_ns;
  bool const long_enough = now_.steady.elapsed_ns >= now_.limits.duration_ns;
  if (!long_enough || now_.steady.answers < now_.limits.fewest_answers) return;
  now_.over = true;
  now_.give_up_ns = now_ns + now_.limits.patience_ns;
  now_.steady.cpu_ns = server_cpu_ns() - now_.cpu_from_ns;
}

std::int64_t request_clients::server_cpu_ns() const {
  timespec used{};
  ::clock_gettime(server_clock_, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

}  // namespace unitcost::load
