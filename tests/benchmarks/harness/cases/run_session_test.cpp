#include "benchmarks/harness/cases/run_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "tests/benchmarks/harness/sample_case.hpp"
#include "tests/benchmarks/harness/sample_record.hpp"

namespace unitcost::harness {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// How one attempt goes.
struct attempt {
  ending end = ending::ok;
  bool disturbed = false;
  double takes_s = 0.1;
  bool user_interrupts = false;
  bool shares_core = false;
  bool cpus_moved = false;
};

constexpr attempt quiet{}, disturbed{ending::ok, true, 0.1}, on_shared_core{.shares_core = true},
    on_moved_cpus{.cpus_moved = true};

/// Plays attempts in the order given and quiet ones after them, on a clock of its own.
class scripted_machine {
 public:
  explicit scripted_machine(std::deque<attempt> attempts = {}) : attempts_(std::move(attempts)) {}

  session_hooks hooks() {
    return {.run_one = [this](benchmark_case const& one, unsigned repetition) { return play(one, repetition); },
            .interrupted = [this] { return interrupted_; },
            .keep = [this](record const& one) { kept.push_back(one); },
            .before = [this](planned_repetition const&) { ++announced; },
            .now_ns = [this] { return static_cast<std::int64_t>(now_s_ * 1e9); },
            .quiet = [this](benchmark_case const&) { return now_s_ >= quiet_from_s; },
            .pause = [this] { now_s_ += 0.25; }};
  }

  std::vector<record> kept;
  int announced = 0, played = 0;
  double quiet_from_s = 0;
  double now_s() const { return now_s_; }

 private:
  record play(benchmark_case const& one, unsigned repetition) {
    attempt now = quiet;
    if (!attempts_.empty()) {
      now = attempts_.front();
      attempts_.pop_front();
    }
    ++played;
    now_s_ += now.takes_s;
    interrupted_ = now.user_interrupts;
    record got = sample_record(repetition);
    got.case_name = one.name();
    got.end = now.end;
    if (now.end != ending::ok) got.reason = "as scripted";
    got.circumstances.disturbed = now.disturbed;
    got.circumstances.core_shared = now.shares_core;
    got.circumstances.cpus_moved = now.cpus_moved;
    got.notes = {"pinned"};
    if (now.disturbed) got.notes.push_back("others used the machine");
    return got;
  }

  std::deque<attempt> attempts_;
  double now_s_ = 0;
  bool interrupted_ = false;
};

class run_session_test : public testing::Test {
 protected:
  /// `repetitions` rounds of one case. The budget for repeats is ample unless a test narrows it.
  session_outcome run(scripted_machine& machine, unsigned repetitions = 1) {
    return run_session(plan_rounds({&one}, repetitions, 1), profile::quick, limits, machine.hooks());
  }

  benchmark_case one = sample_case();
  session_limits limits{.total_s = {}, .repeats = 3, .repeat_share = 1000};
};

TEST_F(run_session_test, keeps_every_record_and_announces_each_repetition) {
  scripted_machine machine;
  session_outcome const outcome = run(machine, 2);
  EXPECT_THAT(outcome.records, SizeIs(2));
  EXPECT_THAT(machine.kept, SizeIs(2));
  EXPECT_EQ(machine.announced, 2);
  EXPECT_EQ(outcome.rounds_dropped, 0u);
  EXPECT_FALSE(outcome.interrupted);
}

TEST_F(run_session_test, repeats_what_was_disturbed_and_counts_the_undisturbed_one) {
  scripted_machine machine({disturbed, quiet});
  session_outcome const outcome = run(machine);
  ASSERT_THAT(outcome.records, SizeIs(1));
  EXPECT_EQ(outcome.records[0].end, ending::ok);
  EXPECT_FALSE(outcome.records[0].discarded);
  EXPECT_EQ(machine.announced, 1);
}

TEST_F(run_session_test, keeps_a_discarded_record_with_its_numbers_but_does_not_count_it) {
  scripted_machine machine({disturbed, quiet});
  run(machine);
  ASSERT_THAT(machine.kept, SizeIs(2));
  EXPECT_TRUE(machine.kept[0].discarded);
  EXPECT_EQ(machine.kept[0].end, ending::ok);
  EXPECT_THAT(machine.kept[0].metrics, SizeIs(2));
  EXPECT_FALSE(machine.kept[1].discarded);
}

TEST_F(run_session_test, calls_unstable_what_is_disturbed_in_the_last_repeat_too_and_says_by_whom) {
  scripted_machine machine({disturbed, disturbed, disturbed, disturbed, quiet});
  session_outcome const outcome = run(machine);
  EXPECT_EQ(machine.played, 4);
  ASSERT_THAT(outcome.records, SizeIs(1));
  EXPECT_EQ(outcome.records[0].end, ending::unstable);
  EXPECT_EQ(outcome.records[0].reason, "others used the machine, after 3 repeats");
  EXPECT_EQ(machine.kept.back().end, ending::unstable);
  EXPECT_FALSE(machine.kept.back().discarded);
}

TEST_F(run_session_test, repeats_what_ended_unstable_by_itself_only_if_it_was_disturbed_too) {
  scripted_machine alone({{ending::unstable}, quiet});
  EXPECT_EQ(run(alone).records.at(0).end, ending::unstable);
  EXPECT_EQ(alone.played, 1);
  scripted_machine beside_others({{ending::unstable, true}, quiet});
  EXPECT_EQ(run(beside_others).records.at(0).end, ending::ok);
  EXPECT_EQ(beside_others.played, 2);
}

TEST_F(run_session_test, takes_all_numbers_from_what_is_unstable) {
  limits.repeats = 0;
  scripted_machine machine({disturbed});
  record const got = run(machine).records.at(0);
  EXPECT_THAT(got.metrics, IsEmpty());
  EXPECT_THAT(got.histograms, IsEmpty());
  EXPECT_THAT(got.curves, IsEmpty());
  EXPECT_THAT(got.sources, IsEmpty());
}

TEST_F(run_session_test, repeats_what_was_disturbed_after_the_last_round) {
  benchmark_case const second = sample_case("tbb");
  scripted_machine machine({disturbed, quiet, disturbed, quiet});
  run_session(plan_rounds({&one, &second}, 2, 1), profile::quick, limits, machine.hooks());
  ASSERT_THAT(machine.kept, SizeIs(6));
  EXPECT_TRUE(machine.kept[0].discarded);
  EXPECT_TRUE(machine.kept[2].discarded);
  for (std::size_t late : {4u, 5u}) {
    EXPECT_EQ(machine.kept[late].case_name, machine.kept[2 * (late - 4)].case_name);
    EXPECT_EQ(machine.kept[late].repetition, machine.kept[2 * (late - 4)].repetition);
    EXPECT_FALSE(machine.kept[late].discarded);
  }
}

TEST_F(run_session_test, repeats_what_ran_on_a_shared_core_and_says_why_it_does_not_count) {
  scripted_machine machine({on_shared_core, quiet});
  session_outcome const outcome = run(machine);
  EXPECT_FALSE(outcome.records.at(0).circumstances.core_shared);
  EXPECT_TRUE(machine.kept.at(0).discarded);
  EXPECT_EQ(machine.kept.at(0).notes.back(), "somebody shared a core");
}

TEST_F(run_session_test, counts_what_ran_on_a_shared_core_in_the_last_repeat_too_and_leaves_it_marked) {
  scripted_machine machine(std::deque<attempt>(9, on_shared_core));
  record const got = run(machine).records.at(0);
  EXPECT_EQ(machine.played, 4);
  EXPECT_EQ(got.end, ending::ok);
  EXPECT_FALSE(got.discarded);
  EXPECT_TRUE(got.circumstances.core_shared);
  EXPECT_THAT(got.metrics, SizeIs(2));
}

TEST_F(run_session_test, repeats_what_ran_on_cpus_that_were_moved_but_counts_its_last_attempt) {
  scripted_machine machine(std::deque<attempt>(9, on_moved_cpus));
  record const got = run(machine).records.at(0);
  EXPECT_EQ(machine.played, 4);
  EXPECT_THAT(machine.kept.at(0).notes.back(), testing::HasSubstr("nearer or farther apart"));
  EXPECT_EQ(got.end, ending::ok);
  EXPECT_TRUE(got.circumstances.cpus_moved);
  EXPECT_THAT(got.metrics, SizeIs(2));
}

TEST_F(run_session_test, waits_for_a_quiet_moment_before_it_repeats) {
  scripted_machine machine({disturbed, quiet});
  machine.quiet_from_s = 2.0;
  EXPECT_EQ(run(machine).records.at(0).end, ending::ok);
  EXPECT_NEAR(machine.now_s(), 2.2, 0.01) << "0.1 s, the wait up to 2.1 s, 0.1 s";
}

TEST_F(run_session_test, waits_no_longer_than_the_repeats_budget) {
  limits.repeat_share = 6;  // of 0.17 s: 1 s, of which the repeat takes 0.1 s
  scripted_machine machine({disturbed, quiet});
  machine.quiet_from_s = 1000;
  EXPECT_EQ(run(machine).records.at(0).end, ending::ok);
  EXPECT_LT(machine.now_s(), 2.0);
}

TEST_F(run_session_test, stops_repeating_when_the_repeats_budget_is_spent) {
  limits.repeat_share = 2.0;  // of 0.17 s, which quick predicts for one case: 0.34 s
  scripted_machine machine(std::deque<attempt>(9, {ending::ok, true, 0.15, false}));
  session_outcome const outcome = run(machine);
  EXPECT_EQ(machine.played, 3);
  EXPECT_EQ(outcome.records.at(0).end, ending::unstable);
}

TEST_F(run_session_test, shares_the_repeats_budget_among_all_repetitions) {
  limits.repeat_share = 1.0;  // of 2 x 0.17 s
  scripted_machine machine({{ending::ok, true, 0.3, false}, {ending::ok, true, 0.3, false}, quiet});
  session_outcome const outcome = run(machine, 2);
  EXPECT_EQ(machine.played, 3);
  EXPECT_EQ(outcome.records.at(0).end, ending::unstable) << "the second round's, for which nothing was left";
  EXPECT_EQ(outcome.records.at(1).end, ending::ok) << "the first round's, repeated";
}

TEST_F(run_session_test, never_blames_a_disturbance_for_a_crash_or_a_wrong_result) {
  for (ending end :
       {ending::crashed, ending::wrong_result, ending::out_of_memory, ending::deadlocked, ending::skipped}) {
    scripted_machine machine({{end, true, 0.1, false}});
    session_outcome const outcome = run(machine);
    EXPECT_EQ(machine.played, 1) << to_string(end);
    EXPECT_EQ(outcome.records.at(0).end, end);
    EXPECT_EQ(outcome.records.at(0).reason, "as scripted");
  }
}

TEST_F(run_session_test, takes_a_limit_or_a_timeout_on_a_disturbed_machine_for_the_disturbance) {
  for (ending end : {ending::limit_reached, ending::timed_out}) {
    scripted_machine machine({{end, true, 0.1, false}, quiet});
    EXPECT_EQ(run(machine).records.at(0).end, ending::ok) << to_string(end);
  }
}

TEST_F(run_session_test, believes_a_limit_met_on_a_quiet_machine) {
  scripted_machine machine({{ending::limit_reached, false, 0.1, false}});
  EXPECT_EQ(run(machine).records.at(0).end, ending::limit_reached);
  EXPECT_EQ(machine.played, 1);
}

TEST_F(run_session_test, drops_whole_rounds_that_would_not_fit_any_more) {
  limits.total_s = 0.35;
  scripted_machine machine;
  session_outcome const outcome = run(machine, 6);
  EXPECT_EQ(outcome.records.size(), 3u);
  EXPECT_EQ(outcome.rounds_dropped, 3u);
}

TEST_F(run_session_test, expects_of_the_next_round_what_the_longest_took) {
  limits.total_s = 1.0;
  scripted_machine machine({quiet, {ending::ok, false, 0.6, false}});
  EXPECT_EQ(run(machine, 4).rounds_dropped, 2u);
}

TEST_F(run_session_test, finishes_a_round_that_has_begun_and_runs_at_least_one) {
  benchmark_case const second = sample_case("tbb");
  limits.total_s = 0.05;
  scripted_machine machine;
  session_outcome const outcome =
      run_session(plan_rounds({&one, &second}, 3, 1), profile::quick, limits, machine.hooks());
  EXPECT_EQ(outcome.records.size(), 2u);
  EXPECT_EQ(outcome.rounds_dropped, 2u);
}

TEST_F(run_session_test, stops_at_an_interruption_and_does_not_keep_the_case_in_flight) {
  scripted_machine machine({quiet, {ending::crashed, false, 0.1, true}});
  session_outcome const outcome = run(machine, 4);
  EXPECT_TRUE(outcome.interrupted);
  EXPECT_EQ(machine.played, 2);
  EXPECT_THAT(outcome.records, SizeIs(1));
  EXPECT_THAT(machine.kept, SizeIs(1));
}

TEST_F(run_session_test, does_not_repeat_a_disturbed_case_once_interrupted) {
  scripted_machine machine({{ending::ok, true, 0.1, true}});
  EXPECT_TRUE(run(machine).interrupted);
  EXPECT_EQ(machine.played, 1);
  EXPECT_THAT(machine.kept, IsEmpty());
}

}  // namespace
}  // namespace unitcost::harness
