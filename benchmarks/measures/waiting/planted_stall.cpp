#include "benchmarks/measures/waiting/planted_stall.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <deque>
#include <stdexcept>
#include <utility>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/epoll_set.hpp"

namespace unitcost::measures {

namespace {

class stalling_server {
 public:
  stalling_server(echo_service& service, planted_stall const& planted, std::atomic<std::int64_t> const& begun_ns)
      : service_(service), planted_(planted), begun_ns_(begun_ns), open_(service.what.connections) {
    for (std::uint32_t index = 0; index < open_; ++index) {
      epoll_.add(socket_of(index), EPOLLIN, index);
    }
  }

  void work() {
    while (open_ > 0) {
      stall_if_due();
      read_all();
      for (; !held_.empty() && held_.front().due_ns <= runtime::now_ns(); held_.pop_front()) write(held_.front());
    }
  }

 private:
  struct held_message {
    std::int64_t due_ns;
    std::uint32_t connection;
    std::vector<std::byte> bytes;
  };

  int socket_of(std::uint32_t index) const { return service_.connections[index].server.get(); }

  void stall_if_due() const {
    std::int64_t const begun_ns = begun_ns_.load(std::memory_order_acquire);
    std::int64_t const since_ns = runtime::now_ns() - begun_ns;
    if (begun_ns == 0 || planted_.awake_ns(since_ns) == since_ns) return;
    runtime::sleep_until(begun_ns + planted_.until_ns);
  }

  void read_all() {
    constexpr std::int64_t not_at_all_ns = 0;
    for (epoll_event const& each : epoll_.wait(not_at_all_ns)) read(each.data.u32);
  }

  void read(std::uint32_t index) {
    std::vector<std::byte> bytes(service_.what.bytes);
    auto const count = runtime::read_some(socket_of(index), bytes);
    if (count == 0) {
      epoll_.remove(socket_of(index));
      --open_;
      return;
    }
    if (count != std::int64_t{service_.what.bytes}) throw std::runtime_error("a short message came in parts");
    auto& done = service_.units[index].done;
    done.bytes_in += bytes.size();
    done.checksum += workloads::message_checksum(bytes, workloads::echo::first_round_of(index) + done.rounds);
    held_.push_back({runtime::now_ns() + planted_.delay_ns, index, std::move(bytes)});
  }

  void write(held_message const& message) {
    auto const count = runtime::write_some(socket_of(message.connection), message.bytes);
    if (count != std::int64_t{service_.what.bytes}) throw std::runtime_error("a short message was not taken whole");
    auto& done = service_.units[message.connection].done;
    done.bytes_out += message.bytes.size();
    ++done.rounds;
  }

  echo_service& service_;
  planted_stall const& planted_;
  std::atomic<std::int64_t> const& begun_ns_;
  runtime::epoll_set epoll_;
  std::uint32_t open_;
  std::deque<held_message> held_;  // all wait equally long: the first that came is due first
};

}  // namespace

std::vector<std::int64_t> known_latencies_ns(std::span<std::int64_t const> planned_ns, std::uint32_t clients,
                                             planted_stall const& planted) {
  std::vector<std::int64_t> free_ns(clients), latencies;
  for (std::size_t request = 0; request < planned_ns.size(); ++request) {
    std::int64_t& client_free_ns = free_ns[request % clients];
    client_free_ns = planted.answered_ns(std::max(planned_ns[request], client_free_ns));
    latencies.push_back(client_free_ns - planned_ns[request]);
  }
  std::ranges::sort(latencies);
  return latencies;
}

void answer_with_stall(echo_service& service, planted_stall const& planted, std::atomic<std::int64_t> const& begun_ns) {
  stalling_server(service, planted, begun_ns).work();
}

}  // namespace unitcost::measures
