#include "benchmarks/measures/messages/ipc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmarks/harness/supervision/process_balance.hpp"
#include "benchmarks/measures/messages/kernel_ways.hpp"
#include "impl/model.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/messages/faulty_way.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::faulty_way, test::planned_fault, test::recorded_measurement, test::way_fault;
using testing::HasSubstr, testing::ThrowsMessage;

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t short_patience_ns = 200 * millisecond;  // for what is known to wait in vain
constexpr std::int64_t long_patience_ns = 10'000 * millisecond;

std::unique_ptr<message_way> made_way(std::string_view name, std::size_t bytes,
                                      runtime::sharing between = runtime::sharing::processes) {
  return way_kind_of(name).make({.message_bytes = bytes, .between = between, .cpus = {}});
}

/// Why the system has no such way for such messages; empty where it has.
std::string why_unsupported(std::string_view name, std::size_t bytes) {
  try {
    made_way(name, bytes);
    return "";
  } catch (not_supported const& why) {
    return why.what();
  }
}

/// What a watch says when its patience has ended.
auto throws_of_silence() { return ThrowsMessage<std::runtime_error>(HasSubstr("no message went or came")); }

struct talk_outcome {
  talk_times times;
  bool holds;
};

/// A short talk over the way, and whether its check holds.
talk_outcome talked(message_way& way, std::size_t bytes, std::int64_t patience_ns = long_patience_ns,
                    runtime::sharing between = runtime::sharing::processes, bool streams = true) {
  recorded_measurement recorded;
  runtime::shared_object<talk_tallies> tallies;
  talk_plan const plan{.message_bytes = bytes, .trips_ns = 5 * millisecond, .stream_ns = streams ? 5 * millisecond : 0};
  auto const talk = between == runtime::sharing::threads ? talk_between_threads : talk_between_processes;
  auto times = talk(way, plan, {}, patience_ns, *tallies);
  check_messages(tallies->asked, recorded.given);
  check_messages(tallies->answered, recorded.given);
  return {std::move(times), recorded.check_holds()};
}

talk_outcome talked_with(planned_fault const& fault, std::string_view way = "pipe", std::size_t bytes = 4096,
                         std::int64_t patience_ns = long_patience_ns) {
  faulty_way faulty(made_way(way, bytes), fault);
  return talked(faulty, bytes, patience_ns);
}

struct sized_way {
  std::string name;
  std::size_t bytes;
  runtime::sharing between = runtime::sharing::processes;

  friend void PrintTo(sized_way const& one, std::ostream* out) { *out << one.name << ' ' << one.bytes; }
};

std::vector<sized_way> every_sized_way() {
  std::vector<sized_way> all;
  for (way_kind const& each : way_kinds()) {
    if (each.spins && recorded_measurement(2).given.settings().cpus.size() < 2) continue;
    for (std::size_t const bytes : {std::size_t{8}, std::size_t{16}, std::size_t{4096}, std::size_t{300'000}}) {
      if (bytes > 8 && (each.spins || !each.carries_data)) continue;
      if (each.name == "message_queue" && bytes > largest_queued_message()) continue;
      all.push_back({std::string(each.name), bytes});
      if (each.between_threads) all.push_back({std::string(each.name), bytes, runtime::sharing::threads});
    }
  }
  return all;
}

class ipc_way : public testing::TestWithParam<sized_way> {};

TEST_P(ipc_way, brings_all_messages_once_in_order_and_whole_and_leaves_nothing) {
  if (auto const why = why_unsupported(GetParam().name, GetParam().bytes); !why.empty()) GTEST_SKIP() << why;
  auto const before = harness::read_process_balance();
  {
    auto const way = made_way(GetParam().name, GetParam().bytes, GetParam().between);
    bool const streams = way_kind_of(GetParam().name).carries_data;
    auto const done = talked(*way, GetParam().bytes, long_patience_ns, GetParam().between, streams);
    EXPECT_TRUE(done.holds);
    EXPECT_GE(done.times.one_way_ns.size(), 20u);
    EXPECT_EQ(done.times.streamed > 0, streams);
  }
  EXPECT_EQ(harness::imbalance_since(before), "");
  EXPECT_EQ(harness::read_process_balance().descriptors, before.descriptors);
}

class ipc_way_whose_answerer_dies : public testing::TestWithParam<sized_way> {};

TEST_P(ipc_way_whose_answerer_dies, tells_how_it_died_and_leaves_nothing) {
  if (auto const why = why_unsupported(GetParam().name, GetParam().bytes); !why.empty()) GTEST_SKIP() << why;
  auto const before = harness::read_process_balance();
  for (std::uint64_t const at : {1u, 30u}) {
    faulty_way faulty(made_way(GetParam().name, GetParam().bytes), {way_fault::dies, party::answerer, at});
    try {
      talked(faulty, GetParam().bytes);
      ADD_FAILURE() << "nobody noticed";
    } catch (unit_crashed const& told) {
      EXPECT_EQ(told.signal, SIGKILL) << told.what();
    }
  }
  EXPECT_EQ(harness::imbalance_since(before), "");
  EXPECT_EQ(harness::read_process_balance().descriptors, before.descriptors);
}

std::vector<sized_way> ways_between_processes() {
  std::vector<sized_way> all;
  for (sized_way const& each : every_sized_way())
    if (each.between == runtime::sharing::processes && (each.bytes == 8 || each.bytes == 300'000)) all.push_back(each);
  return all;
}

std::string name_of_sized_way(testing::TestParamInfo<sized_way> const& one) {
  return one.param.name + "_" + std::to_string(one.param.bytes) +
         (one.param.between == runtime::sharing::threads ? "_threads" : "");
}
INSTANTIATE_TEST_SUITE_P(every_way, ipc_way, testing::ValuesIn(every_sized_way()), name_of_sized_way);
INSTANTIATE_TEST_SUITE_P(every_way, ipc_way_whose_answerer_dies, testing::ValuesIn(ways_between_processes()),
                         name_of_sized_way);

TEST(ipc, check_holds_when_nothing_is_wrong) { EXPECT_TRUE(talked_with({}).holds); }

TEST(ipc, check_finds_a_message_that_came_twice) {
  EXPECT_FALSE(talked_with({way_fault::repeats, party::answerer, 5}).holds);
}

TEST(ipc, check_finds_a_flipped_bit_at_either_end_of_any_message) {
  for (way_fault const fault : {way_fault::flips_number, way_fault::flips_end})
    EXPECT_FALSE(talked_with({fault, party::answerer, 7}).holds);
}

TEST(ipc, check_finds_a_flipped_bit_within_the_first_message) {
  for (party const whose : {party::asker, party::answerer})
    EXPECT_FALSE(talked_with({way_fault::flips_content, whose, 1}).holds);
}

TEST(ipc, check_finds_a_flipped_bit_of_a_message_of_one_word) {
  EXPECT_FALSE(talked_with({way_fault::flips_number, party::answerer, 7}, "queue", 8).holds);
}

TEST(ipc, check_finds_that_the_last_message_of_a_direction_came_twice) {
  for (char const* way : {"queue", "pipe", "socket_pair", "shared_memory"})
    for (party const whose : {party::asker, party::answerer})
      for (bool const streams : {false, true}) {
        // The last of their phases: that of the trips; a stream's first number, and its last message or its answer.
        faulty_way faulty(made_way(way, 64), {way_fault::repeats_last, whose, streams ? 3u : 1u});
        auto const done = talked(faulty, 64, long_patience_ns, runtime::sharing::processes, streams);
        EXPECT_FALSE(done.holds) << way << (whose == party::asker ? " asker" : " answerer") << streams;
      }
}

/// Who streams does not wait for the messages, so that what is lost leaves nobody waiting.
TEST(ipc, check_finds_a_message_that_a_stream_lost_or_repeated) {
  talk_plan const plan{.message_bytes = 64, .trips_ns = 0, .stream_ns = 5 * millisecond};
  for (way_fault const fault : {way_fault::drops, way_fault::repeats, way_fault::flips_end}) {
    recorded_measurement recorded;
    runtime::shared_object<talk_tallies> tallies;
    // Before a stream: 16 trips, the 20 that are timed in no time, one more and the word that a stream begins.
    constexpr std::uint64_t in_the_stream = 16 + 20 + 2 + 3;
    faulty_way faulty(made_way("socket_pair", 64), {fault, party::asker, in_the_stream});
    talk_between_processes(faulty, plan, {}, long_patience_ns, *tallies);
    check_messages(tallies->asked, recorded.given);
    EXPECT_FALSE(recorded.check_holds());
  }
}

TEST(ipc, does_not_wait_for_ever_for_an_answer_that_was_lost) {
  for (char const* way : {"pipe", "shared_memory", "message_queue", "signal", "manager"}) {
    if (!why_unsupported(way, 8).empty()) continue;
    EXPECT_THAT(
        [way] {
          talked_with({way_fault::drops, party::answerer, 5}, way, 8, short_patience_ns);
        },
        throws_of_silence())
        << way;
  }
}

TEST(ipc, does_not_wait_for_ever_for_a_party_that_hangs) {
  EXPECT_THAT(
      [] {
        talked_with({way_fault::hangs, party::answerer, 5}, "pipe", 8, short_patience_ns);
      },
      throws_of_silence());
}

TEST(ipc, between_threads_does_not_wait_for_ever_either) {
  faulty_way faulty(made_way("queue", 64, runtime::sharing::threads), {way_fault::drops, party::answerer, 5});
  EXPECT_THAT([&faulty] { talked(faulty, 64, short_patience_ns, runtime::sharing::threads); }, throws_of_silence());
}

TEST(ipc, between_threads_tells_why_the_other_one_left) {
  faulty_way faulty(made_way("queue", 64, runtime::sharing::threads), {way_fault::fails, party::answerer, 5});
  EXPECT_THAT([&faulty] { talked(faulty, 64, long_patience_ns, runtime::sharing::threads); },
              ThrowsMessage<std::runtime_error>(HasSubstr("the way broke")));
}

TEST(ipc, skips_messages_that_a_message_queue_does_not_take) {
  EXPECT_THROW(made_way("message_queue", largest_queued_message() + 8), not_supported);
}

TEST(ipc, leaves_the_signals_as_they_were) {
  struct sigaction before {
  }, after{};
  ::sigaction(SIGALRM, nullptr, &before);
  sigset_t blocked_before, blocked_after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked_before);
  {
    auto const way = made_way("signal", 8);
    talked(*way, 8, long_patience_ns, runtime::sharing::processes, false);
  }
  ::sigaction(SIGALRM, nullptr, &after);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked_after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  for (int signal = 1; signal < SIGRTMAX; ++signal)
    EXPECT_EQ(::sigismember(&blocked_before, signal), ::sigismember(&blocked_after, signal)) << signal;
}

TEST(ipc, measures_latency_and_bandwidth) {
  recorded_measurement recorded;
  measure_ipc({&way_kind_of("pipe"), runtime::sharing::processes, 64, 1}, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_GT(recorded.metric("latency_p50_ns").value, 0);
  EXPECT_EQ(recorded.metric("bytes_per_second").better, harness::direction::greater);
}

TEST(ipc, has_no_bandwidth_of_what_carries_no_data) {
  recorded_measurement recorded;
  measure_ipc({&way_kind_of("semaphore"), runtime::sharing::processes, 0, 1}, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_GT(recorded.metric("latency_p50_ns").value, 0);
  EXPECT_THROW(recorded.metric("bytes_per_second"), std::out_of_range);
}

TEST(ipc, tells_what_its_own_checking_costs_as_a_fact) {
  recorded_measurement recorded;
  measure_ipc({&way_kind_of("queue"), runtime::sharing::processes, 4096, 1}, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_GT(recorded.metric("checking_ns").value, 0);
  EXPECT_EQ(recorded.metric("checking_ns").better, harness::direction::neither);
}

TEST(report_ipc, tells_percentiles_with_ten_samples_beyond_and_bytes_over_time) {
  talk_tallies tallies;
  talk_times times{.one_way_ns = {}, .streamed = 500, .stream_ns = 1'000'000};
  for (int sample = 1; sample <= 999; ++sample) times.one_way_ns.push_back(sample);
  recorded_measurement few, enough;
  report_ipc(times, tallies, 4096, few.given);
  EXPECT_DOUBLE_EQ(few.metric("latency_p50_ns").value, 500);
  EXPECT_THROW(few.metric("latency_p99_ns"), std::out_of_range);
  EXPECT_DOUBLE_EQ(few.metric("bytes_per_second").value, 500 * 4096 * 1000.0);
  times.one_way_ns.push_back(1000);
  report_ipc(times, tallies, 4096, enough.given);
  EXPECT_DOUBLE_EQ(enough.metric("latency_p99_ns").value, 990);
}

TEST(report_ipc, tells_no_number_of_messages_of_which_one_was_not_sound) {
  talk_tallies tallies;
  tallies.asked.received.damaged = 1;
  recorded_measurement recorded;
  report_ipc({.one_way_ns = std::vector<double>(100, 1.0), .streamed = 1, .stream_ns = 1}, tallies, 8, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
  EXPECT_TRUE(recorded.out.metrics.empty());
}

TEST(size_label, is_in_the_largest_unit_that_gives_a_whole_number) {
  EXPECT_EQ(size_label(0), "0B");
  EXPECT_EQ(size_label(512), "512B");
  EXPECT_EQ(size_label(4096), "4KiB");
  EXPECT_EQ(size_label(1 << 20), "1MiB");
}

}  // namespace
}  // namespace unitcost::measures
