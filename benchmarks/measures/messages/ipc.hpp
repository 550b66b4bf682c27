// ipc: what does it cost to hand a message to another process, by each way that there is?
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/messages/message_parties.hpp"
#include "benchmarks/measures/messages/message_way.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info ipc_info{
    .name = "ipc",
    .question = "What does it cost to hand a message to another process, and how much goes through?",
    .from = "before a message is sent (latency); before the first of a stream is (bandwidth)",
    .to = "an answer of the same size has come; the answer has come that says that the last was received",
    .unit = "ns one way, bytes a second",
    .method =
        "one way is half of a round trip. Each trip is a sample, of cache_line 64 are one; nothing is subtracted. In "
        "each sample are a reading of the clock, and the numbering, comparing and counting of each message by both "
        "parties: checking_ns is what these cost per message one way, by a loop without a way after all. Percentiles "
        "with ten samples beyond them only. 16 trips before are left out. A stream is one way, without answers but its "
        "last. A message is copied from the one's memory to the other's; its first and its last word are written and "
        "compared, and one between, the whole of the first and the last",
    .source = "CLOCK_MONOTONIC, read by who asks",
    .file = "benchmarks/measures/messages/ipc.cpp"};

struct ipc_shape {
  way_kind const* way;
  runtime::sharing between;
  std::size_t message_bytes;  ///< 0: it carries none
  unsigned cores;             ///< 1: both parties on one, 2: each on its own
};

/// "8B", "64KiB", "1MiB".
std::string size_label(std::size_t bytes);

talk_plan talk_of(ipc_shape const& shape, double measuring_s);

/// Proves that each message came once and as it was sent, and reports, unless one did not.
void report_ipc(talk_times const& times, talk_tallies const& tallies, std::size_t message_bytes,
                harness::measurement& given);

/// What numbering, comparing and counting a message costs, of which each trip has two and each message of a stream one.
void report_checking(std::size_t message_bytes, harness::measurement& given);

/// By a way that was made for that shape.
void measure_ipc_by(message_way& way, ipc_shape const& shape, harness::measurement& given);
void measure_ipc(ipc_shape const& shape, harness::measurement& given);

}  // namespace unitcost::measures
