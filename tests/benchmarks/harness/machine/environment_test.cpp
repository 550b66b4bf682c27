#include "benchmarks/harness/machine/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(environment, describes_a_virtual_machine) {
  recorded_machine const recorded("v1");
  auto const machine = describe_environment(publish_names::yes, recorded.root())["machine"];
  EXPECT_EQ(machine["logical_cpus"], 2);
  EXPECT_EQ(machine["cores"], 2);
  EXPECT_EQ(machine["smt"], false);
  EXPECT_EQ(machine["virtualised"], true);
  EXPECT_TRUE(machine["governor"].is_null());
  EXPECT_EQ(machine["transparent_huge_pages"], "madvise");
  EXPECT_EQ(machine["memory_bytes"], 24684096ull * 1024);
  EXPECT_EQ(machine["host"], "recorded-host");
}

TEST(environment, describes_bare_metal) {
  recorded_machine const recorded("v2");
  auto const machine = describe_environment(publish_names::no, recorded.root())["machine"];
  EXPECT_EQ(machine["cpu_model"], "Recorded CPU @ 3.00GHz");
  EXPECT_EQ(machine["cores"], 1);
  EXPECT_EQ(machine["smt"], true);
  EXPECT_EQ(machine["governor"], "performance");
  EXPECT_EQ(machine["turbo"], true);
  EXPECT_EQ(machine["virtualised"], false);
}

TEST(environment, keeps_names_to_itself_when_anonymous) {
  recorded_machine const recorded("v1");
  auto const facts = describe_environment(publish_names::no, recorded.root());
  EXPECT_TRUE(facts["machine"]["host"].is_null());
  EXPECT_TRUE(facts["machine"]["user"].is_null());
  EXPECT_THAT(facts.dump(), Not(HasSubstr("recorded-host")));
}

TEST(environment, publishes_no_path) {
  recorded_machine const recorded("v1");
  auto const facts = describe_environment(publish_names::yes, recorded.root()).dump();
  EXPECT_THAT(facts, Not(HasSubstr(recorded.root().string())));
  EXPECT_THAT(facts, Not(HasSubstr("/suite")));
}

TEST(environment, takes_the_tightest_pids_limit_on_the_way_up) {
  recorded_machine const recorded("v2");
  EXPECT_EQ(describe_environment(publish_names::no, recorded.root())["limits"]["pids_cgroup_max"], 512);
  recorded.put("sys/fs/cgroup/user.slice/pids.max", "300\n");
  EXPECT_EQ(describe_environment(publish_names::no, recorded.root())["limits"]["pids_cgroup_max"], 300);
}

TEST(environment, lists_mitigations_and_libraries) {
  recorded_machine const recorded("v1");
  auto const facts = describe_environment(publish_names::no, recorded.root());
  EXPECT_EQ(facts["mitigations"]["l1tf"], "Not affected");
  for (auto const* library : {"fmt", "boost", "tbb", "openmp", "nlohmann_json", "cli11", "libc"})
    EXPECT_TRUE(facts["libraries"][library].is_string()) << library;
}

TEST(noise, reads_load_steal_and_pressure) {
  recorded_machine const recorded("v1");
  recorded.put("proc/pressure/cpu", "some avg10=12.50 avg60=0.83 avg300=0.46 total=10714261\n");
  auto const noise = read_noise(recorded.root());
  EXPECT_EQ(noise["load_average"][1], 0.05);
  EXPECT_EQ(noise["runnable"], 1);
  EXPECT_NEAR(noise["steal_share"].get<double>(), 19.0 / 311'058, 1e-9);
  EXPECT_DOUBLE_EQ(noise["pressure"]["cpu"].get<double>(), 0.125);
}

TEST(noise, is_null_where_the_kernel_tells_nothing) {
  recorded_machine const recorded("v2");
  recorded.put("proc/loadavg", "rubbish\n");
  auto const noise = read_noise(recorded.root());
  EXPECT_TRUE(noise["load_average"].is_null());
  EXPECT_TRUE(noise["pressure"]["cpu"].is_null());
}

}  // namespace
}  // namespace unitcost::harness
