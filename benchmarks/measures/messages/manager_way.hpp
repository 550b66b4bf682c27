// A value that a process of its own, the manager, keeps for the others: these set and get it by messages to the
// manager, as proxies of CPython's multiprocessing.Manager do.
//
// There is a value for each direction. A set is acknowledged; one that finds a value that nobody has got yet waits for
// that, and a get waits for a value. So a message takes a set and a get: two requests and two answers, by two socket
// pairs.
#pragma once

#include <array>
#include <functional>
#include <optional>

#include "benchmarks/measures/messages/kernel_ways.hpp"
#include "benchmarks/measures/messages/message_way.hpp"
#include "impl/process/held_process.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

/// What a party asks for: its first word.
struct manager_request {
  enum class verb : std::uint32_t { set, get };
  verb what;
  std::uint32_t bytes;  ///< of the value, which follows a set's request and is a get's answer
};

/// The manager's program: serves both parties until both have closed, also in the midst of a value. SIGPIPE is to be
/// ignored.
void serve_values(std::array<int, 2> const& parties, std::size_t value_bytes, peer_watch& watch);

class manager_way final : public message_way {
 public:
  explicit manager_way(way_order const& order);
  void keep_only(party who) override;
  void send(party from, std::span<std::byte const> message, peer_watch& watch) override;
  void receive(party at, std::span<std::byte> message, peer_watch& watch) override;
  void rethrow_failure() override { failure_->rethrow(); }

 private:
  std::array<runtime::owned_descriptor, 2> parties_;
  runtime::shared_object<processes::shared_failure> failure_;
  std::optional<processes::held_process> manager_;
};

}  // namespace unitcost::measures
