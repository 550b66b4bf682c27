#include "benchmarks/measures/waiting/visit_floor.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "benchmarks/measures/waiting/visit.hpp"
#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/epoll_set.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::measures {

namespace {

class visited_state_machine {
 public:
  visited_state_machine(visit_service& service, std::size_t kept_bytes)
      : service_(service),
        kept_bytes_(kept_bytes),
        door_(service.open().descriptor()),
        connections_(service.what.visits) {
    if (service.what.bytes >= sizeof(connection::room)) throw not_supported("messages that fill the floor's room");
    watch(door_, door_mark);
  }

  void work() {
    while (ended_ < service_.what.visits)
      for (epoll_event const& each : epoll_.wait())
        each.data.u32 == door_mark ? take_up() : serve(each.data.u32, runtime::tells_of_hang_up(each));
  }

 private:
  static constexpr std::uint32_t door_mark = std::numeric_limits<std::uint32_t>::max();

  struct connection {
    runtime::owned_descriptor socket;
    std::size_t read = 0;  // of the message
    std::array<std::byte, 128> room{};
    std::vector<std::byte> kept;
  };

  void watch(int descriptor, std::uint32_t who) { epoll_.add(descriptor, EPOLLIN | EPOLLRDHUP | EPOLLET, who); }

  void take_up() {
    for (; taken_ < service_.what.visits; ++taken_) {  // whoever has been answered last shuts the door
      auto const socket = runtime::accept_one(door_, SOCK_NONBLOCK);
      if (socket == -EAGAIN) return;
      std::uint32_t const who = service_.take_up();
      connections_[who] = std::make_unique<connection>();
      connections_[who]->socket = runtime::owned_descriptor(accepted(socket));
      connections_[who]->kept.resize(kept_bytes_);
      watch(static_cast<int>(socket), who);
    }
  }

  /// A visitor says one thing, and closes when it has been answered.
  void serve(std::uint32_t who, bool hung_up) {
    connection& one = *connections_[who];
    std::size_t const bytes = service_.what.bytes;
    for (;;) {
      auto const room = std::span(one.room).subspan(one.read);
      auto const count = runtime::read_some(one.socket.get(), room);
      if (count == -EAGAIN) return;
      if (count <= 0) return end(who, count);
      one.read += static_cast<std::size_t>(count);
      if (one.read == bytes) answer(who, std::span<std::byte const>(one.room).first(bytes));
      if (!hung_up && static_cast<std::size_t>(count) < room.size()) return;  // drained: another event tells of more
    }
  }

  void answer(std::uint32_t who, std::span<std::byte const> message) {
    workloads::exchanged& done = service_.units[who].done;
    done.checksum += workloads::visit::checksum_of(message);
    done.bytes_in += message.size();
    auto const count = runtime::write_some(connections_[who]->socket.get(), message);
    done.bytes_out += static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
    ++done.rounds;
  }

  void end(std::uint32_t who, std::int64_t result) {
    workloads::exchanged& done = service_.units[who].done;
    if (result < 0) done.end = workloads::conversation_end::failed;
    done.error = static_cast<int>(-result);
    ++ended_;
    connections_[who].reset();
  }

  visit_service& service_;
  std::size_t kept_bytes_;
  int door_;
  runtime::epoll_set epoll_;
  std::vector<std::unique_ptr<connection>> connections_;
  std::uint32_t taken_ = 0, ended_ = 0;
};

}  // namespace

void take_up_by_hand(visit_service& service, std::size_t kept_bytes) {
  visited_state_machine(service, kept_bytes).work();
}

void add_visit_floor_cases(harness::registry& all) {
  for (visit_scale const& scale : visit_scales) {
    auto one = visit_case_of("floor", {}, scale);
    one.is_reference = true;
    one.model_file = "benchmarks/measures/waiting/visit_floor.cpp";
    one.skip_reason = why_no_conversation("floor", together(scale.asked), together(scale.asked), 1);
    one.run = [asked = scale.asked](harness::measurement& given) {
      measure_visits_of(asked, true, 1, given,
                        [](placement const&, visit_service& service) { take_up_by_hand(service); });
    };
    all.add(one);
  }
}

}  // namespace unitcost::measures
