#include "benchmarks/harness/commands/contend_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "impl/model.hpp"
#include "tests/benchmarks/harness/sample_case.hpp"

namespace unitcost::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

using run_function = std::function<void(measurement&)>;

/// "spawn/std_thread/idle/cores:1", which tells the facts of half of its time, and a model that tells none.
registry registry_working(run_function run) {
  registry all({});
  benchmark_case one = sample_case();
  one.run = std::move(run);
  one.facts_share = 0.5;
  all.add(one);
  all.add(sample_case("null", "cores:1"));
  return all;
}

contender_order order_naming(std::string case_name) {
  return {.case_name = std::move(case_name),
          .measure = "spawn",
          .workload = "idle",
          .parameters = {},
          .cpus = {},
          .measuring_s = 0.25};
}

contender_answer answer_to(run_function run) {
  return run_as_contender(registry_working(std::move(run)), "std_thread",
                          order_naming("spawn/ours@other/idle/cores:1"));
}

TEST(contending, tells_the_facts_of_the_models_own_case_of_that_name) {
  auto const answer = answer_to([](measurement& given) {
    given.tell({.units = 7, .checksum = 8, .runs = 9, .elapsed_ns = given.measuring_s() * 0.5e9});
  });
  EXPECT_EQ(answer.end, ending::ok);
  EXPECT_EQ(answer.facts.units, 7u);
  EXPECT_EQ(answer.facts.checksum, 8u);
  EXPECT_EQ(answer.facts.runs, 9u);
  EXPECT_EQ(answer.facts.elapsed_ns, 0.25e9);
}

TEST(contending, that_cannot_be_done_here_is_skipped_with_the_reason) {
  auto const answer = answer_to([](measurement&) { throw not_supported("no such thing here"); });
  EXPECT_EQ(answer.end, ending::skipped);
  EXPECT_EQ(answer.reason, "no such thing here");
}

TEST(contending, with_a_result_that_is_not_the_oracles_says_so_itself) {
  auto const answer = answer_to([](measurement& given) {
    given.check(7, 8, 1, 1);
    given.tell({.units = 7, .checksum = 1, .runs = 1, .elapsed_ns = 1});
  });
  EXPECT_EQ(answer.end, ending::wrong_result);
  EXPECT_THAT(answer.reason, HasSubstr("7 units where 8 were due"));
}

TEST(contending, in_a_case_that_this_build_does_not_have_is_skipped) {
  auto const all = registry_working([](measurement&) {});
  for (char const* name : {"spawn/ours/idle/cores:64", "spawn/ours/fib"}) {
    auto const answer = run_as_contender(all, "std_thread", order_naming(name));
    EXPECT_EQ(answer.end, ending::skipped);
    EXPECT_THAT(answer.reason, HasSubstr("this build has no case spawn/std_thread/"));
  }
}

TEST(contending, in_a_case_of_another_measure_than_the_order_says_is_refused) {
  auto const all = registry_working([](measurement&) {});
  for (char const* name : {"switch/ours/idle", "spawn/ours", "spawn"})
    EXPECT_THROW(run_as_contender(all, "std_thread", order_naming(name)), std::invalid_argument) << name;
}

TEST(contending, offers_each_workload_of_the_model_whose_facts_can_be_told) {
  auto const all = registry_working([](measurement&) {});
  auto const got = described_model(all, "std_thread");
  EXPECT_THAT(got.measures, ElementsAre(testing::Pair("spawn", ElementsAre("idle"))));
  EXPECT_THAT(got.about, HasSubstr("unitcost "));
}

TEST(contending, by_a_model_that_does_not_exist_or_has_nothing_to_tell_is_refused) {
  auto const all = registry_working([](measurement&) {});
  for (char const* model : {"null", "telepathy"})
    EXPECT_THAT([&] { described_model(all, model); }, ThrowsMessage<std::invalid_argument>(HasSubstr(model)));
}

TEST(contending, without_a_verb_or_a_case_is_bad_usage) {
  for (std::vector<std::string> const& arguments :
       {std::vector<std::string>{}, {"tbb"}, {"tbb", "measure"}, {"tbb", "sing"}, {"tbb", "describe", "more"}})
    EXPECT_THAT([&] { contend_command(arguments, [](registry&) {}); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("usage: unitcost contend MODEL")));
}

}  // namespace
}  // namespace unitcost::harness
