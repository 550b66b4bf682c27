#include "benchmarks/measures/waiting/echo_floor.hpp"

#include <cerrno>
#include <cstddef>
#include <span>
#include <vector>

#include "benchmarks/measures/waiting/echo.hpp"
#include "benchmarks/measures/waiting/open_echo.hpp"
#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/epoll_set.hpp"

namespace unitcost::measures {

using workloads::echo;

namespace {

class echo_state_machine {
 public:
  explicit echo_state_machine(echo_service& service)
      : service_(service),
        open_(service.what.connections),
        states_(service.what.connections),
        rooms_(service.what.connections * room_bytes()) {
    for (std::uint32_t index = 0; index < service_.what.connections; ++index) {
      states_[index].round = workloads::echo::first_round_of(index);
      epoll_.add(socket_of(index), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, index);
    }
  }

  void work() {
    while (open_ > 0)
      for (epoll_event const& each : epoll_.wait()) serve(each.data.u32, runtime::tells_of_hang_up(each));
  }

 private:
  struct connection_state {
    std::uint64_t round;
    std::size_t read = 0, written = 0;  // of the message under way
    bool is_open = true;
  };

  std::size_t room_bytes() const { return service_.what.bytes + 64; }
  int socket_of(std::uint32_t index) const { return service_.connections[index].server.get(); }
  std::span<std::byte> room_of(std::uint32_t index) {
    return std::span(rooms_).subspan(index * room_bytes(), room_bytes());
  }

  /// One client has one message under way: so after a message there is nothing to read, unless it has closed.
  void serve(std::uint32_t index, bool hung_up) {
    connection_state& state = states_[index];
    while (state.is_open) {
      if (state.read < service_.what.bytes) {
        auto const room = room_of(index).subspan(state.read);
        auto const count = runtime::read_some(socket_of(index), room);
        if (count == -EAGAIN) return;
        if (count <= 0) return close(index, count);
        state.read += static_cast<std::size_t>(count);
        if (state.read < service_.what.bytes) {
          if (!hung_up) return;
          continue;
        }
        take_message(index);
      }
      auto const message = room_of(index).first(service_.what.bytes);
      auto const count = runtime::write_some(socket_of(index), message.subspan(state.written));
      if (count == -EAGAIN) return;
      if (count < 0) return close(index, count);
      state.written += static_cast<std::size_t>(count);
      if (state.written < service_.what.bytes) return;
      finish_round(index);
      if (!hung_up) return;
    }
  }

  void take_message(std::uint32_t index) {
    auto& done = service_.units[index].done;
    std::uint64_t const read =
        workloads::message_checksum(room_of(index).first(service_.what.bytes), states_[index].round);
    done.checksum += read;
    if (service_.what.computing_steps > 0) done.checksum += workloads::compute(read, service_.what.computing_steps);
    done.bytes_in += service_.what.bytes;
  }

  void finish_round(std::uint32_t index) {
    connection_state& state = states_[index];
    service_.units[index].done.bytes_out += service_.what.bytes;
    ++service_.units[index].done.rounds;
    state.read = state.written = 0;
    service_.observer_for(index).round(++state.round);
  }

  void close(std::uint32_t index, std::int64_t result) {
    auto& done = service_.units[index].done;
    if (result < 0) done.end = workloads::conversation_end::failed;
    if (result == 0 && states_[index].read > 0) done.end = workloads::conversation_end::peer_closed;
    done.error = static_cast<int>(-result);
    service_.observer_for(index).end();
    states_[index].is_open = false;
    --open_;
  }

  echo_service& service_;
  runtime::epoll_set epoll_;
  std::uint32_t open_;
  std::vector<connection_state> states_;
  std::vector<std::byte> rooms_;  // of each connection, with more room than a message: what falls short is all there is
};

harness::benchmark_case as_floor(harness::benchmark_case one, echo::parameters const& asked) {
  one.is_reference = true;
  one.model_file = "benchmarks/measures/waiting/echo_floor.cpp";
  one.skip_reason = why_no_conversation("floor", asked.connections, asked.connections);
  return one;
}

}  // namespace

void answer_by_hand(echo_service& service) { echo_state_machine(service).work(); }

void add_echo_floor_cases(harness::registry& all) {
  auto const serve = [](echo_service& service, placement const&) { answer_by_hand(service); };
  for (echo_scale const& scale : echo_scales) {
    auto one = as_floor(echo_case_of("floor", {}, scale), scale.asked);
    one.run = [serve, scale](harness::measurement& given) {
      measure_echo_of(scale.asked, true, given, serve, scale.layout);
    };
    all.add(one);
  }
  for (open_echo_scale const& scale : open_echo_scales) {
    auto one = as_floor(open_echo_case_of("floor", {}, scale), scale.asked);
    one.run = [serve, scale](harness::measurement& given) { measure_open_echo_of(scale, true, given, serve); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
