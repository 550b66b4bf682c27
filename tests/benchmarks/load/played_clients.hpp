// Clients that an open loop takes for sockets, of a server whose answers a test decides. Their clock moves by one step
// with each turn of the loop, and so stands for how fast the generator is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "benchmarks/load/client_sockets.hpp"

namespace unitcost::test {

class played_clients {
 public:
  struct exchange {
    std::uint32_t client;
    std::int64_t sent_ns, answered_ns;
  };
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  /// `answered_ns(sent_ns)` is when the answer comes; `never`: not at all.
  played_clients(std::uint32_t count, std::function<std::int64_t(std::int64_t)> answered_ns,
                 std::int64_t turn_ns = 1000)
      : answered_ns_(std::move(answered_ns)), turn_ns_(turn_ns), under_way_(count, none) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(under_way_.size()); }
  std::uint32_t under_way() const {
    return static_cast<std::uint32_t>(std::ranges::count_if(under_way_, [](std::size_t one) { return one != none; }));
  }
  std::int64_t now_ns() const { return now_ns_; }

  std::int64_t send(std::uint32_t client) {
    under_way_[client] = exchanges.size();
    exchanges.push_back({client, now_ns_, answered_ns_(now_ns_)});
    return now_ns_;
  }

  /// Answers are taken in the order in which they came.
  template <class Take>
  void wait(int, Take take) {
    now_ns_ += turn_ns_;
    for (std::uint32_t client; (client = first_answered()) != size();) {
      under_way_[client] = none;
      now_ns_ += digest_ns;
      take(load::client_event{.client = client, .at_ns = now_ns_, .lost = client == loses});
    }
  }

  void give_up() { std::ranges::fill(under_way_, none); }

  std::vector<exchange> exchanges;
  std::int64_t loses = -1;     ///< the client whose next answer is the end of its connection
  std::int64_t digest_ns = 0;  ///< that an answer takes to be read and checked

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  std::uint32_t first_answered() const {
    std::uint32_t first = size();
    for (std::uint32_t client = 0; client < size(); ++client) {
      if (under_way_[client] == none || exchanges[under_way_[client]].answered_ns > now_ns_) continue;
      bool const is_earlier =
          first == size() || exchanges[under_way_[client]].answered_ns < exchanges[under_way_[first]].answered_ns;
      if (is_earlier) first = client;
    }
    return first;
  }

  std::function<std::int64_t(std::int64_t)> answered_ns_;
  std::int64_t turn_ns_;
  std::int64_t now_ns_ = 1'000'000'000;
  std::vector<std::size_t> under_way_;  // of each client, which of the exchanges
};

}  // namespace unitcost::test
