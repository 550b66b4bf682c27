#include "benchmarks/measures/contenders/contender_case.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "benchmarks/harness/contenders/contender_order.hpp"
#include "benchmarks/harness/supervision/worker_order.hpp"
#include "tests/benchmarks/measures/contenders/registry_with_contender.hpp"

namespace unitcost::measures {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(contender_cases, tell_the_program_all_of_the_case) {
  auto const all = test::registry_with_contender({{"throughput", {"fib"}}});
  std::string const name = "throughput/libfork/fib/n:20/spawn_depth:all/workers:2";
  auto const arguments = all.find(name)->external->arguments({.case_name = name,
                                                              .which = harness::profile::quick,
                                                              .repetition = 3,
                                                              .seed = 5,
                                                              .memory_limit_bytes = 4096,
                                                              .cpus = {1, 0},
                                                              .workers = {}});
  ASSERT_EQ(arguments.size(), 6u);
  EXPECT_THAT(arguments[2], HasSubstr("./lf"));
  auto const order = harness::parse_contender_order(arguments[5]);
  EXPECT_EQ(order.case_name, name);
  EXPECT_EQ(order.measure, "throughput");
  EXPECT_EQ(order.workload, "fib");
  EXPECT_EQ(order.parameters, harness::parameters_of("n:20/spawn_depth:all/workers:2"));
  EXPECT_THAT(order.cpus, ElementsAre(1, 0));
  EXPECT_EQ(order.repetition, 3u);
  EXPECT_EQ(order.seed, 5u);
  EXPECT_EQ(order.memory_limit_bytes, 4096u);
  EXPECT_DOUBLE_EQ(order.measuring_s, 0.04);  // as long as quick times a model of ours
}

TEST(contender_cases, name_the_program_where_models_of_ours_name_their_file) {
  auto const all = test::registry_with_contender({{"throughput", {"fib"}}});
  EXPECT_EQ(all.find("throughput/libfork/fib/n:20/spawn_depth:all/workers:1")->model_file, "./lf (libfork 3.8.0)");
}

TEST(contender_cases, of_a_workload_or_measure_that_does_not_exist_are_refused) {
  EXPECT_THAT(
      [] {
        test::registry_with_contender({{"throughput", {"fib", "fob"}}});
      },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'libfork'"), HasSubstr("'fob'"), HasSubstr("skynet"))));
  EXPECT_THAT(
      [] {
        test::registry_with_contender({{"telepathy", {"fib"}}});
      },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'libfork'"), HasSubstr("'telepathy'"))));
}

TEST(contender_cases, under_the_name_of_a_model_of_ours_are_refused) {
  EXPECT_THAT(
      [] {
        test::registry_with_contender({{"throughput", {"fib"}}}, "tbb");
      },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'tbb'"), HasSubstr("choose another name"))));
}

}  // namespace
}  // namespace unitcost::measures
