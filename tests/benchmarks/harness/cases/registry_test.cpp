#include "benchmarks/harness/cases/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/harness/sample_case.hpp"

namespace unitcost::harness {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(registry, finds_a_case_by_its_whole_name) {
  registry all({});
  all.add(sample_case("std_thread", "cores:1"));
  all.add(sample_case("std_thread", "cores:2"));
  ASSERT_NE(all.find("spawn/std_thread/idle/cores:2"), nullptr);
  EXPECT_EQ(all.find("spawn/std_thread/idle/cores:2")->label, "cores:2");
}

TEST(registry, finds_nothing_by_the_beginning_of_a_name) {
  registry all({});
  all.add(sample_case("std_thread", "cores:1"));
  EXPECT_EQ(all.find("spawn/std_thread/idle"), nullptr);
  EXPECT_EQ(all.find(""), nullptr);
}

TEST(registry, refuses_a_second_case_of_the_same_name_and_names_it) {
  registry all({});
  all.add(sample_case("tbb", "cores:1"));
  EXPECT_THAT([&all] { all.add(sample_case("tbb", "cores:1")); },
              ThrowsMessage<std::logic_error>(HasSubstr("spawn/tbb/idle/cores:1")));
  EXPECT_EQ(all.cases().size(), 1u);
}

TEST(registry, keeps_the_one_case_that_it_is_to_keep) {
  registry all({.workers = {1}, .only = "spawn/tbb/idle/cores:2"});
  for (char const* label : {"cores:1", "cores:2", "cores:20"}) all.add(sample_case("tbb", label));
  ASSERT_EQ(all.cases().size(), 1u);
  EXPECT_EQ(all.find("spawn/tbb/idle/cores:2")->label, "cores:2");
}

TEST(registry, hands_measures_the_worker_counts_it_was_made_for) {
  EXPECT_THAT(registry({{1, 2, 4}}).settings().workers, testing::ElementsAre(1, 2, 4));
}

TEST(registry, refuses_a_case_of_ours_under_the_name_of_a_contender_and_names_the_remedy) {
  registry all({.workers = {1}, .contenders = {{"tbb", "./tbb", "", {}}}});
  EXPECT_THAT([&all] { all.add(sample_case("tbb", "cores:1")); },
              ThrowsMessage<std::invalid_argument>(
                  testing::AllOf(HasSubstr("the suite itself has a model 'tbb'"), HasSubstr("tbb@other"))));
  benchmark_case theirs = sample_case("tbb", "cores:1");
  theirs.external.emplace();
  all.add(theirs);
  EXPECT_EQ(all.cases().size(), 1u);
}

}  // namespace
}  // namespace unitcost::harness
