#include "benchmarks/measures/messages/ipc.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/messages/kernel_ways.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

constexpr std::size_t kibibyte = 1024, mebibyte = 1024 * kibibyte;

void report_latency(std::vector<double> samples, harness::measurement& given) {
  std::uint64_t const count = samples.size();
  auto const latencies = harness::histogram_of(std::move(samples), "latency_ns", "one way", "ns");
  for (auto const& [percentile, value] : latencies.percentiles)
    if (percentile == "50" || percentile == "99")
      given.report({.name = "latency_p" + percentile + "_ns",
                    .label = "p" + percentile + " of half a round trip",
                    .value = value,
                    .unit = "ns",
                    .samples = count},
                   "CLOCK_MONOTONIC, each round trip");
  given.report(latencies);
}

struct ipc_scale {
  std::size_t message_bytes;
  harness::profile least;
};
constexpr ipc_scale ipc_scales[] = {
    {8, harness::profile::standard},
    {64, harness::profile::full},
    {512, harness::profile::full},
    {4 * kibibyte, harness::profile::standard},
    {16 * kibibyte, harness::profile::full},
    {64 * kibibyte, harness::profile::standard},
    {256 * kibibyte, harness::profile::full},
    {mebibyte, harness::profile::standard},
};

void add_ipc_case(harness::registry& all, ipc_shape const& shape, harness::profile least) {
  bool const of_threads = shape.between == runtime::sharing::threads;
  auto one = case_of(shape.way->spins ? "floor"
                     : of_threads     ? "std_thread"
                                      : "process",
                     ipc_info, shape.way->name,
                     joined("size:" + size_label(shape.message_bytes), "cores:" + std::to_string(shape.cores)), least);
  one.cpus_used = shape.cores;
  one.prediction_factor = shape.way->carries_data ? 0.45 : 0.4;
  one.is_reference = shape.way->spins;
  if (one.is_reference) one.model_file = "benchmarks/measures/messages/shared_ways.cpp";
  if (shape.way->name == "message_queue" && shape.message_bytes > largest_queued_message())
    one.skip_reason = "a message of a POSIX queue has at most " + std::to_string(largest_queued_message()) +
                      " bytes here (fs.mqueue.msgsize_max)";
  one.run = [shape](harness::measurement& given) { measure_ipc(shape, given); };
  all.add(one);
}

void add_cases_of(harness::registry& all, way_kind const& way, unsigned cores) {
  using harness::profile;
  constexpr auto processes = runtime::sharing::processes, threads = runtime::sharing::threads;
  if (way.spins || !way.carries_data) {
    add_ipc_case(all, {&way, processes, way.carries_data ? word_bytes : 0, cores}, profile::standard);
    if (way.between_threads) add_ipc_case(all, {&way, threads, 0, cores}, profile::standard);
    return;
  }
  for (ipc_scale const& scale : ipc_scales) {
    add_ipc_case(all, {&way, processes, scale.message_bytes, cores}, scale.least);
    if (way.between_threads)
      add_ipc_case(all, {&way, threads, scale.message_bytes, cores},
                   scale.message_bytes == word_bytes ? profile::standard : profile::full);
  }
}

}  // namespace

std::string size_label(std::size_t bytes) {
  if (bytes >= mebibyte && bytes % mebibyte == 0) return std::to_string(bytes / mebibyte) + "MiB";
  if (bytes >= kibibyte && bytes % kibibyte == 0) return std::to_string(bytes / kibibyte) + "KiB";
  return std::to_string(bytes) + "B";
}

talk_plan talk_of(ipc_shape const& shape, double measuring_s) {
  auto const share_ns = [measuring_s](double share) { return static_cast<std::int64_t>(measuring_s * 1e9 * share); };
  return {.message_bytes = std::max(shape.message_bytes, word_bytes),
          .trips_per_sample = shape.way->spins ? 64u : 1u,
          .trips_ns = share_ns(0.25),
          .stream_ns = shape.way->carries_data ? share_ns(0.15) : 0};
}

void report_ipc(talk_times const& times, talk_tallies const& tallies, std::size_t message_bytes,
                harness::measurement& given) {
  check_messages(tallies.asked, given);
  check_messages(tallies.answered, given);
  if (!tallies.all_sound()) return;
  report_latency(times.one_way_ns, given);
  if (times.streamed == 0) return;
  given.report(
      {.name = "bytes_per_second",
       .label = "bytes that go one way",
       .value = static_cast<double>(times.streamed * message_bytes) / (static_cast<double>(times.stream_ns) * 1e-9),
       .unit = "bytes/s",
       .better = harness::direction::greater,
       .samples = times.streamed},
      "CLOCK_MONOTONIC, from the first message to the answer to the last");
}

void report_checking(std::size_t message_bytes, harness::measurement& given) {
  constexpr std::uint64_t seed = 1;
  message_tally tally;
  outgoing_message out(seed, message_bytes, tally);
  incoming_message in(seed, message_bytes, tally);
  std::ranges::copy(out.next(), in.room().begin());
  in.note();
  auto const loop = given.time_loop(given.measuring_s() / 20, [&](std::uint64_t messages) {
    std::int64_t const from_ns = runtime::now_ns();
    exchange_in_place(out, in, messages);
    return runtime::now_ns() - from_ns;
  });
  check_messages(tally, given);
  given.report({.name = "checking_ns",
                .label = "of each one way, numbering, comparing and counting",
                .value = loop.ns_per_iteration,
                .unit = "ns",
                .better = harness::direction::neither,
                .samples = loop.iterations},
               "CLOCK_MONOTONIC, median of stretches of a loop without a way");
}

void measure_ipc_by(message_way& way, ipc_shape const& shape, harness::measurement& given) {
  auto const cpus = given.first_cpus(shape.cores);
  talk_plan const plan = talk_of(shape, given.measuring_s());
  runtime::shared_object<talk_tallies> tallies;
  auto const talk = shape.between == runtime::sharing::threads ? talk_between_threads : talk_between_processes;
  talk_times const times = talk(way, plan, cpus, given.patience_ns(), *tallies);
  report_ipc(times, *tallies, plan.message_bytes, given);
  if (tallies->all_sound()) report_checking(plan.message_bytes, given);
}

void measure_ipc(ipc_shape const& shape, harness::measurement& given) {
  auto const way = shape.way->make({.message_bytes = std::max(shape.message_bytes, word_bytes),
                                    .between = shape.between,
                                    .cpus = given.first_cpus(shape.cores)});
  measure_ipc_by(*way, shape, given);
}

void add_ipc(harness::registry& all) {
  for (unsigned cores : {1u, 2u})
    for (way_kind const& way : way_kinds())
      if (cores > 1 || !way.spins) add_cases_of(all, way, cores);
}

}  // namespace unitcost::measures
