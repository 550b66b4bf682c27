// A way by which two parties hand each other messages: what `ipc` compares.
//
// Called through a pointer, so that both parties are the same code for all ways, compiled once: some 2 ns of the least
// that is timed here, a hundred. Of these are also the numbering, comparing and counting of messages, on both sides:
// see `checking_ns`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "benchmarks/measures/messages/peer_watch.hpp"
#include "impl/runtime/futex.hpp"

namespace unitcost::measures {

/// The one begins; the other waits for its messages.
enum class party : std::uint8_t { asker, answerer };
constexpr party other(party of) { return of == party::asker ? party::answerer : party::asker; }

/// Made before there is a second party. Both of its directions keep the order of messages.
class message_way {
 public:
  virtual ~message_way() = default;

  /// By each party, before anything else, where they are processes: gives away what is the other's, so that each
  /// notices when the other is gone.
  virtual void keep_only(party) {}
  /// By each party, after that.
  virtual void begin(party) {}

  /// Returns when the way has taken the message. Waits while there is no room, and has `watch` look after the other.
  virtual void send(party from, std::span<std::byte const> message, peer_watch& watch) = 0;
  /// Waits for the next message, whose size both know. Else as `send`.
  virtual void receive(party at, std::span<std::byte> message, peer_watch& watch) = 0;

  /// Where the way is a process of its own: throws what went wrong there, which is why both parties find it gone.
  virtual void rethrow_failure() {}
};

/// What a way is made for.
struct way_order {
  std::size_t message_bytes;
  runtime::sharing between;
  std::vector<int> cpus;  ///< a process that belongs to the way runs on the last of them
};

struct way_kind {
  std::string_view name;
  bool carries_data = true;      ///< else a message is a number, which only proves that it came
  bool between_threads = false;  ///< measured between two threads, too
  bool spins = false;            ///< needs a CPU for each
  /// Throws not_supported where the system has no such thing, or none for messages of that size.
  std::unique_ptr<message_way> (*make)(way_order const& order);
};

/// In the order in which they are told.
std::span<way_kind const> way_kinds();
/// Throws std::out_of_range for a name that is not in the list.
way_kind const& way_kind_of(std::string_view name);

}  // namespace unitcost::measures
