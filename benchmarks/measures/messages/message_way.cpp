#include "benchmarks/measures/messages/message_way.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "benchmarks/measures/messages/kernel_ways.hpp"
#include "benchmarks/measures/messages/manager_way.hpp"
#include "benchmarks/measures/messages/shared_ways.hpp"

namespace unitcost::measures {
namespace {

template <class Way>
std::unique_ptr<message_way> make_way(way_order const& order) {
  return std::make_unique<Way>(order);
}

constexpr std::array kinds_of_ways{
    way_kind{.name = "queue", .between_threads = true, .make = make_way<queue_way>},
    way_kind{.name = "pipe", .between_threads = true, .make = make_way<pipe_way>},
    way_kind{.name = "socket_pair", .make = make_way<socket_pair_way>},
    way_kind{.name = "message_queue", .make = make_way<message_queue_way>},
    way_kind{.name = "shared_memory", .between_threads = true, .make = make_way<futex_slot_way>},
    way_kind{.name = "semaphore", .carries_data = false, .between_threads = true, .make = make_way<semaphore_way>},
    way_kind{.name = "signal", .carries_data = false, .make = make_way<signal_way>},
    way_kind{.name = "manager", .make = make_way<manager_way>},
    way_kind{.name = "cache_line", .spins = true, .make = make_way<cache_line_way>},
};

}  // namespace

std::span<way_kind const> way_kinds() { return kinds_of_ways; }

way_kind const& way_kind_of(std::string_view name) {
  auto const found = std::ranges::find(kinds_of_ways, name, &way_kind::name);
  if (found == kinds_of_ways.end()) throw std::out_of_range("no way is called " + std::string(name));
  return *found;
}

}  // namespace unitcost::measures
