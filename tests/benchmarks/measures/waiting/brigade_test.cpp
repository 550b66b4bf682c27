#include "benchmarks/measures/waiting/brigade.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include "benchmarks/measures/waiting/brigade_floor.hpp"
#include "impl/all.hpp"
#include "impl/process/unit_crashed.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/every_conversing_model.hpp"
#include "tests/injected_calls.hpp"

namespace unitcost::measures {
namespace {

using test::for_each_conversing_model, test::injected_calls, test::recorded_measurement;
using workloads::brigade, workloads::exchanged;

/// Does all units' parts as the oracle has them, in 10 ns a hop but for the first and the last lap; then `fault` is
/// done to them.
template <class Fault>
bool check_holds_after(Fault fault) {
  recorded_measurement recorded;
  time_brigade({.units = 4}, false, recorded.given, [&](brigade_run& run) {
    for (carrier& each : run.units) each.done = brigade::oracle(run.what);
    run.units[0].second_lap_ns = 1000;
    run.units[0].last_lap_ns = static_cast<std::int64_t>(1000 + 10 * 4 * (run.what.laps - 2));
    fault(run.units[2].done);
  });
  EXPECT_NEAR(recorded.metric("hop_ns").value, 10, 0.01);
  return recorded.check_holds();
}

TEST(brigade_measure, reports_the_time_of_a_hop_without_the_first_and_the_last_lap) {
  EXPECT_TRUE(check_holds_after([](exchanged&) {}));
}

TEST(brigade_measure, fills_its_time_with_laps) {
  EXPECT_EQ(laps_in(0.1, 1000, 500), 200u);
  EXPECT_EQ(laps_in(0.1, 1e9, 500), 1u);
  EXPECT_EQ(laps_in(0.1, 0, 100), 1'000'000u) << "a clock that stood still";
}

TEST(brigade_measure, is_timed_between_its_second_and_its_last_lap) {
  carrier one;
  for (std::uint64_t lap = 0; lap < 5; ++lap) {
    one.begin_lap(lap, 5);
    EXPECT_EQ(one.second_lap_ns != 0, lap >= 1);
    EXPECT_EQ(one.last_lap_ns != 0, lap == 4);
  }
}

TEST(brigade_measure, finds_a_unit_that_lost_a_byte_or_made_one_up) {
  EXPECT_FALSE(check_holds_after([](exchanged& done) { --done.bytes_out; }));
  EXPECT_FALSE(check_holds_after([](exchanged& done) { done.checksum ^= 1; }));
}

TEST(brigade_measure, finds_a_unit_that_ended_early) {
  EXPECT_FALSE(check_holds_after([](exchanged& done) { --done.rounds; }));
  EXPECT_FALSE(check_holds_after([](exchanged& done) { done.end = workloads::conversation_end::peer_closed; }));
}

/// Whether each unit's part came out as the oracle says.
template <class Model>
bool hands_on(brigade::parameters const& asked) {
  runtime::shared_object<brigade_run> run(asked, wants_non_blocking<Model>());
  converse_all<Model>({.workers = 1, .cpus = {}}, asked.units, *run);
  return carried(*run) == expected_of(asked);
}

TEST(brigade_measure, is_the_same_for_every_model) {
  unsigned models = 0;
  for_each_conversing_model([&]<class Model>() {
    EXPECT_TRUE(hands_on<Model>({.units = 7, .laps = 3}));
    ++models;
  });
  EXPECT_GE(models, 10u);
}

TEST(brigade_measure, is_the_same_where_reads_and_writes_are_interrupted) {
  for_each_conversing_model([]<class Model>() {
    // From 20 bytes on: what else the models read and write is left alone.
    injected_calls const calls({.from_size = 20, .interrupted_every = 3});
    EXPECT_TRUE(hands_on<Model>({.units = 3, .bytes = 100, .laps = 3}));
    bool const calls_in_this_process = Model::abilities.shares_memory && way_of<Model>().empty();
    EXPECT_TRUE(!calls_in_this_process || calls.interrupted() > 0);
  });
}

TEST(brigade_measure, is_the_same_for_a_message_that_no_pipe_holds) {
  for_each_conversing_model(
      []<class Model>() { EXPECT_TRUE(hands_on<Model>({.units = 3, .bytes = 200'000, .laps = 2})); });
}

struct killing_observer {
  lap_observer sound;
  bool kills;
  void round(std::uint64_t lap) const {
    if (kills && lap == 2) ::raise(SIGKILL);
    sound.round(lap);
  }
  void end() const { sound.end(); }
};
/// The third unit dies before its last lap.
struct mortal_brigade_run : brigade_run {
  using brigade_run::brigade_run;
  killing_observer observer_for(unsigned unit) const { return {brigade_run::observer_for(unit), unit == 2}; }
};

TEST(brigade_measure, ends_as_crashed_where_a_process_dies_that_others_wait_for) {
  runtime::shared_object<mortal_brigade_run> run(brigade::parameters{.units = 7, .laps = 3}, false);
  EXPECT_THROW(converse_all<models::process>({.workers = 1, .cpus = {}}, 7, *run), unit_crashed);
  EXPECT_EQ(run->units[3].done.end, workloads::conversation_end::peer_closed);
}

TEST(brigade_measure, of_the_floor_makes_the_same_three_calls_a_hop_as_a_reactor) {
  brigade::parameters const asked{.units = 5, .laps = 100};
  auto calls_of = [&](auto run_one) {
    brigade_run run(asked, true);
    injected_calls const calls({});
    run_one(run);
    EXPECT_EQ(carried(run), expected_of(asked));
    return calls.reads() + calls.writes() + calls.waits();
  };
  std::uint64_t const hops = asked.units * asked.laps;
  EXPECT_EQ(calls_of(carry_by_hand), 3 * hops);
  EXPECT_EQ(calls_of([&](brigade_run& run) {
              run_together<conversing_by_part, models::stackless>({}, {.workers = 1, .cpus = {}}, asked.units, run);
            }),
            3 * hops);
}

TEST(conversing_units, say_why_they_cannot) {
  EXPECT_EQ(why_no_conversation("good", 1000, 16), "");
  EXPECT_NE(why_no_conversation("good", 15, 16), "");
  EXPECT_NE(why_no_conversation("good", 1u << 31, 1u << 30).find("descriptors"), std::string::npos);
}

}  // namespace
}  // namespace unitcost::measures
