// The two parties of `ipc` and what they do: round trips, each timed, and then a stream in one direction.
#pragma once

#include <cstdint>
#include <vector>

#include "benchmarks/measures/messages/message_way.hpp"
#include "benchmarks/measures/messages/numbered_message.hpp"
#include "benchmarks/measures/messages/peer_watch.hpp"

namespace unitcost::measures {

struct talk_plan {
  std::size_t message_bytes = word_bytes;
  unsigned trips_per_sample = 1;  ///< more where one is too short for the clock
  std::int64_t trips_ns = 0;      ///< how long round trips are made
  std::int64_t stream_ns = 0;     ///< and how long messages are streamed; 0: not at all
};

/// In shared memory.
struct talk_tallies {
  message_tally asked, answered;
  bool all_sound() const { return asked.all_sound() && answered.all_sound(); }
};

struct talk_times {
  std::vector<double> one_way_ns;  ///< half of a round trip, of the mean of a sample's
  std::uint64_t streamed = 0;
  std::int64_t stream_ns = 0;  ///< from before the first message to the answer that says that the last has come
};

/// The asker's part. Ends early, with what it has, when an answer is not sound. After all of it each party sends one
/// number more, which must be the very next: else the last message of a direction could come twice unnoticed.
talk_times ask(message_way& way, talk_plan const& plan, talk_tallies& tallies, peer_watch& watch);
/// The answerer's: answers each message by one of the same size, and then a stream at its end.
void answer(message_way& way, talk_plan const& plan, talk_tallies& tallies, peer_watch& watch);

/// Between the calling process, on the first of `cpus`, and one that is forked, on the last. Throws unit_crashed when
/// that one dies, and std::runtime_error when nothing comes for longer than there is patience; either way it is gone
/// then. `tallies` are in shared memory.
talk_times talk_between_processes(message_way& way, talk_plan const& plan, std::vector<int> const& cpus,
                                  std::int64_t patience_ns, talk_tallies& tallies);
/// Between the calling thread and one that is started.
talk_times talk_between_threads(message_way& way, talk_plan const& plan, std::vector<int> const& cpus,
                                std::int64_t patience_ns, talk_tallies& tallies);

}  // namespace unitcost::measures
