#include "benchmarks/harness/cases/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/benchmarks/harness/sample_case.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;
using testing::UnorderedElementsAreArray;

/// Two measures, two models, three profiles.
registry sample_registry() {
  registry all({});
  all.add(sample_case("std_thread", "at:quick"));
  all.add(sample_case("tbb", "at:quick"));
  all.add(sample_case("tbb", "at:quick", switch_measure));
  all.add(sample_case_of(profile::standard, "at:standard"));
  all.add(sample_case_of(profile::full, "at:full"));
  return all;
}

std::vector<std::string> names_of(std::vector<benchmark_case const*> const& cases) {
  std::vector<std::string> names;
  for (benchmark_case const* one : cases) names.push_back(one->name());
  return names;
}

std::vector<std::string> selected(registry const& all, selection const& wanted) {
  return names_of(select(all, wanted));
}

selection with_filter(std::string filter) {
  selection wanted;
  wanted.filter = std::move(filter);
  return wanted;
}

TEST(select, keeps_the_cases_of_the_profile_in_registry_order) {
  EXPECT_THAT(selected(sample_registry(), {}),
              ElementsAre("spawn/std_thread/idle/at:quick", "spawn/tbb/idle/at:quick", "switch/tbb/idle/at:quick"));
}

TEST(select, adds_a_greater_profiles_cases_to_those_of_the_smaller) {
  registry const all = sample_registry();
  EXPECT_EQ(select(all, {profile::standard, "", {}, {}}).size(), 4u);
  EXPECT_EQ(select(all, {profile::full, "", {}, {}}).size(), 5u);
}

TEST(select, searches_the_filter_anywhere_in_the_name) {
  EXPECT_THAT(selected(sample_registry(), with_filter("h/t.b")), ElementsAre("switch/tbb/idle/at:quick"));
}

TEST(select, runs_what_a_filter_names_whichever_profile_holds_it) {
  EXPECT_THAT(selected(sample_registry(), with_filter("at:full$")), ElementsAre("spawn/std_thread/idle/at:full"));
}

TEST(select, keeps_what_an_inverted_filter_does_not_match) {
  EXPECT_THAT(selected(sample_registry(), with_filter("-tbb")), testing::Contains("spawn/std_thread/idle/at:quick"));
  EXPECT_THAT(selected(sample_registry(), with_filter("-tbb")), testing::Not(testing::Contains(HasSubstr("tbb"))));
}

TEST(select, names_no_case_by_an_inverted_filter_so_that_the_profile_stands) {
  EXPECT_THAT(selected(sample_registry(), with_filter("-tbb")), ElementsAre("spawn/std_thread/idle/at:quick"));
}

TEST(select, keeps_only_the_models_and_measures_asked_for) {
  registry const all = sample_registry();
  EXPECT_THAT(selected(all, {profile::quick, "", {"tbb"}, {}}),
              ElementsAre("spawn/tbb/idle/at:quick", "switch/tbb/idle/at:quick"));
  EXPECT_THAT(selected(all, {profile::quick, "", {"tbb"}, {"switch"}}), ElementsAre("switch/tbb/idle/at:quick"));
  EXPECT_EQ(selected(all, {profile::quick, "", {"tbb", "std_thread"}, {"spawn", "switch"}}).size(), 3u);
}

TEST(select, refuses_a_model_that_does_not_exist_and_names_it) {
  registry const all = sample_registry();
  EXPECT_THAT(
      [&all] {
        select(all, {profile::quick, "", {"tbb", "gevnt"}, {}});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("no model 'gevnt'")));
}

TEST(select, refuses_a_measure_that_does_not_exist_and_names_it) {
  registry const all = sample_registry();
  EXPECT_THAT(
      [&all] {
        select(all, {profile::quick, "", {}, {"spwan"}});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("no measure 'spwan'")));
}

TEST(select, refuses_a_filter_that_is_no_expression_and_quotes_it) {
  registry const all = sample_registry();
  EXPECT_THAT([&all] { select(all, with_filter("spawn(")); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'spawn('"), HasSubstr("regular expression"))));
}

TEST(select, refuses_a_selection_that_leaves_nothing) {
  registry const all = sample_registry();
  EXPECT_THAT([&all] { select(all, with_filter("nosuchcase")); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("no case of profile quick matches")));
  EXPECT_THROW(select(all, {profile::quick, "", {"std_thread"}, {"switch"}}), std::invalid_argument);
}

class planned_rounds : public testing::Test {
 protected:
  planned_rounds() {
    for (int label = 0; label < 20; ++label) all.add(sample_case("tbb", "units:" + std::to_string(label)));
    cases = select(all, {});
  }
  using rounds = std::vector<std::vector<planned_repetition>>;

  static std::vector<std::string> names_in(std::vector<planned_repetition> const& round) {
    std::vector<std::string> names;
    for (planned_repetition const& one : round) names.push_back(one.what->name());
    return names;
  }

  registry all{registry_settings{}};
  std::vector<benchmark_case const*> cases;
};

TEST_F(planned_rounds, hold_every_repetition_of_every_case_once) {
  rounds const planned = plan_rounds(cases, 3, 1);
  ASSERT_EQ(planned.size(), 3u);
  for (unsigned round = 0; round < 3; ++round) {
    EXPECT_THAT(names_in(planned[round]), UnorderedElementsAreArray(names_of(cases)));
    for (planned_repetition const& one : planned[round]) EXPECT_EQ(one.repetition, round);
  }
}

TEST_F(planned_rounds, are_shuffled_each_in_its_own_way) {
  rounds const planned = plan_rounds(cases, 2, 1);
  EXPECT_NE(names_in(planned[0]), names_of(cases));
  EXPECT_NE(names_in(planned[0]), names_in(planned[1]));
}

TEST_F(planned_rounds, are_the_same_for_the_same_seed_and_others_for_another) {
  EXPECT_EQ(names_in(plan_rounds(cases, 2, 7)[1]), names_in(plan_rounds(cases, 2, 7)[1]));
  EXPECT_NE(names_in(plan_rounds(cases, 2, 7)[1]), names_in(plan_rounds(cases, 2, 8)[1]));
}

TEST(paired_rounds, hold_the_models_of_one_work_right_after_each_other_in_random_order) {
  std::vector<benchmark_case> made;
  for (char const* label : {"a", "b", "c"})
    for (char const* model : {"one", "other", "floor"}) made.push_back(sample_case(model, label));
  std::vector<benchmark_case const*> all;
  for (benchmark_case const& each : made) all.push_back(&each);
  auto const planned = plan_rounds(all, 20, 1, {}, round_order::paired);
  std::set<std::string> first_models, first_works;
  for (auto const& round : planned) {
    ASSERT_EQ(round.size(), 9u);
    for (std::size_t at = 0; at < 9; ++at) EXPECT_EQ(round[at].what->work(), round[at - at % 3].what->work());
    first_models.insert(round.front().what->model);
    first_works.insert(round.front().what->work());
  }
  EXPECT_EQ(first_models.size(), 3u);
  EXPECT_EQ(first_works.size(), 3u);
}

TEST_F(planned_rounds, leave_out_what_is_finished_and_nothing_else) {
  std::string const name = cases.front()->name();
  rounds const planned = plan_rounds(cases, 2, 1, {{name, 1}});
  EXPECT_EQ(planned[0].size(), cases.size());
  EXPECT_EQ(planned[1].size(), cases.size() - 1);
  EXPECT_THAT(names_in(planned[1]), testing::Not(testing::Contains(name)));
}

TEST_F(planned_rounds, are_empty_when_all_is_finished) {
  finished_set finished;
  for (std::string const& name : names_of(cases)) finished.emplace(name, 0);
  EXPECT_THAT(plan_rounds(cases, 1, 1, finished), ElementsAre(IsEmpty()));
}

TEST_F(planned_rounds, hold_a_skipped_case_in_the_first_only) {
  benchmark_case const skipped = skipped_case("needs a cgroup");
  rounds const planned = plan_rounds({&skipped}, 3, 1);
  EXPECT_THAT(planned, ElementsAre(testing::SizeIs(1), IsEmpty(), IsEmpty()));
}

TEST(predicted_duration, of_a_run_counts_every_repetition_of_what_is_not_skipped) {
  benchmark_case const usual = sample_case(), skipped = skipped_case("needs a cgroup");
  benchmark_case slow = sample_case("tbb");
  slow.prediction_factor = 2;
  EXPECT_DOUBLE_EQ(predicted_s({&usual, &slow, &skipped}, profile::quick, 6), 3 * 6 * limits_of(profile::quick).case_s);
}

}  // namespace
}  // namespace unitcost::harness
