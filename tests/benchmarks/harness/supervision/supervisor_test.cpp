#include "benchmarks/harness/supervision/supervisor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "impl/runtime/cpu_confinement.hpp"
#include "tests/benchmarks/harness/sample_case.hpp"
#include "tests/benchmarks/harness/supervision/external_case.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(supervisor, starts_no_external_program_on_fewer_cpus_than_it_needs) {
  interrupt interruption;
  benchmark_case one = external_case();
  one.cpus_used = 2;
  record const got = supervisor({.limits = {}, .cpus = {0}, .workers = {}}).run(one, 0, interruption);
  EXPECT_EQ(got.end, ending::skipped);
  EXPECT_THAT(got.reason, HasSubstr("needs 2 CPUs, this run may use 1"));
}

TEST(supervisor, hands_an_external_program_as_many_cpus_as_it_has_workers) {
  interrupt interruption;
  benchmark_case one = external_case();
  one.cpus_used = 1;
  std::vector<int> told;
  one.external->arguments = [&told](worker_order const& order) {
    told = order.cpus;
    return std::vector<std::string>{"/bin/sh", "-c", "printf ok >&3"};
  };
  auto cpus = runtime::allowed_cpus();
  cpus.push_back(cpus.front());
  record const got = supervisor({.limits = {}, .cpus = cpus, .workers = {}}).run(one, 0, interruption);
  EXPECT_EQ(to_string(got.end), "ok") << got.reason;
  EXPECT_THAT(told, testing::ElementsAre(cpus.front()));
}

TEST(supervisor, hands_an_external_program_all_of_the_runs_cpus_where_its_case_does_not_say_how_many) {
  interrupt interruption;
  benchmark_case one = external_case();
  std::vector<int> told;
  one.external->arguments = [&told](worker_order const& order) {
    told = order.cpus;
    return std::vector<std::string>{"/bin/sh", "-c", "printf ok >&3"};
  };
  auto const cpus = runtime::allowed_cpus();
  supervisor({.limits = {}, .cpus = cpus, .workers = {}}).run(one, 0, interruption);
  EXPECT_EQ(told, cpus);
}

TEST(supervisor, records_a_skipped_case_with_its_reason_without_starting_it) {
  interrupt interruption;
  supervisor supervising({});
  record const got = supervising.run(skipped_case("null has no units"), 0, interruption);
  EXPECT_EQ(got.end, ending::skipped);
  EXPECT_EQ(got.reason, "null has no units");
  EXPECT_EQ(got.case_name, "spawn/null/idle");
  EXPECT_EQ(got.circumstances.wall_ns, 0);
  EXPECT_FALSE(supervising.interrupted());
}

TEST(supervisor, says_where_limits_are_enforced) {
  EXPECT_THAT(supervisor({}).enforcement(),
              testing::AnyOf("cgroup v1", "cgroup v2",
                             AllOf(StartsWith("polled, because "), testing::SizeIs(testing::Gt(16)))));
}

}  // namespace
}  // namespace unitcost::harness
