#include "benchmarks/measures/contenders/contender_throughput.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "benchmarks/measures/contenders/contender_case.hpp"
#include "benchmarks/measures/graphs/graphs.hpp"
#include "tests/benchmarks/measures/contenders/registry_with_contender.hpp"

namespace unitcost::measures {
namespace {

using harness::ending;
using harness::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr outcome due{.units = 50, .checksum = 0xabc};
constexpr std::int64_t lived_ns = 9'000;

std::string claim(json const& replaced = json::object()) {
  json out{{"end", "ok"}, {"units", 50}, {"checksum", "0000000000000abc"}, {"runs", 4}, {"elapsed_ns", 8'000}};
  out.update(replaced);
  return out.dump();
}

harness::record read(std::string const& written) {
  harness::record out;
  read_contender(
      written, lived_ns,
      [](harness::contender_answer const& answer, std::int64_t lived, harness::record& completed) {
        return complete_by_runs(answer.facts, lived, due, completed);
      },
      out);
  return out;
}

TEST(contender_throughput, gives_time_per_unit_and_rate_of_the_mean_run) {
  auto const got = read(claim());
  EXPECT_EQ(got.end, ending::ok);
  ASSERT_EQ(got.metrics.size(), 2u);
  EXPECT_EQ(got.metrics[0].name, "ns_per_unit");
  EXPECT_DOUBLE_EQ(got.metrics[0].value, 40);  // 8000 ns / 4 runs / 50 units
  EXPECT_EQ(got.metrics[1].name, "units_per_second");
  EXPECT_DOUBLE_EQ(got.metrics[1].value, 25e6);
  for (auto const& metric : got.metrics) EXPECT_EQ(metric.samples, 4u);
}

TEST(contender_throughput, has_no_speed_up_and_says_why) {
  EXPECT_THAT(read(claim()).notes, ElementsAre(HasSubstr("hence no speed-up")));
}

TEST(contender_throughput, keeps_what_was_claimed_beside_what_was_due) {
  auto const check = read(claim()).check.value();
  EXPECT_EQ(check.units, 50u);
  EXPECT_EQ(check.expected_units, 50u);
  EXPECT_EQ(check.checksum, 0xabcu);
  EXPECT_EQ(check.expected_checksum, 0xabcu);
}

void expect_lie(json const& replaced, std::string const& reason) {
  auto const got = read(claim(replaced));
  EXPECT_EQ(to_string(got.end), "wrong_result");
  EXPECT_THAT(got.reason, HasSubstr(reason));
  EXPECT_THAT(got.metrics, IsEmpty());
}

TEST(contender_throughput, does_not_believe_a_lost_unit) { expect_lie({{"units", 49}}, "49 units where 50 were due"); }

TEST(contender_throughput, does_not_believe_a_wrong_checksum) {
  expect_lie({{"checksum", "0000000000000abd"}}, "checksum 0000000000000abd where 0000000000000abc was");
}

TEST(contender_throughput, does_not_believe_runs_that_took_longer_than_the_program_lived) {
  expect_lie({{"elapsed_ns", lived_ns + 1}}, "lived for 9000 ns");
}

TEST(contender_throughput, does_not_believe_no_time_or_no_run) {
  expect_lie({{"elapsed_ns", 0}}, "took 0 ns");
  expect_lie({{"elapsed_ns", -8'000}}, "took -8000 ns");
  expect_lie({{"runs", 0}}, "0 times");
}

TEST(contender_throughput, passes_a_typed_end_on) {
  auto const got = read(R"({"end": "skipped", "reason": "too many units"})");
  EXPECT_EQ(got.end, ending::skipped);
  EXPECT_EQ(got.reason, "too many units");
}

std::vector<std::string> names_of(harness::registry const& all, std::string const& model) {
  std::vector<std::string> out;
  for (auto const& one : all.cases())
    if (one.model == model && one.measure->name == "throughput") out.push_back(one.name());
  return out;
}

TEST(contender_throughput, has_the_cases_of_our_models_for_each_workload_offered) {
  auto const all = test::registry_with_contender({{"throughput", {"fib", "nqueens"}}});
  auto const theirs = names_of(all, "libfork");
  EXPECT_EQ(theirs.size(), 2 * (graphs<workloads::fib>().size() + graphs<workloads::nqueens>().size()));
  auto const ours = names_of(all, "stackless");
  for (std::string name : theirs) {
    auto const& found = *all.find(name);
    EXPECT_THAT(name, testing::StartsWith("throughput/libfork/"));
    name.replace(name.find("libfork"), 7, "stackless");
    EXPECT_THAT(ours, testing::Contains(name));
    auto const& twin = *all.find(name);
    EXPECT_EQ(found.least, twin.least) << name;
    EXPECT_EQ(found.headline, twin.headline) << name;
    EXPECT_EQ(found.cpus_used, twin.cpus_used) << name;
    EXPECT_EQ(found.skip_reason, "") << name;
    EXPECT_TRUE(found.external) << name;
  }
}

TEST(contender_throughput, is_compared_with_the_oracle_of_its_own_graph) {
  auto const all = test::registry_with_contender({{"throughput", {"fib"}}});
  harness::record out;
  all.find("throughput/libfork/fib/n:20/spawn_depth:all/workers:1")
      ->external->read(claim({{"units", 21'891}, {"checksum", "0000000000002ac2"}}), lived_ns, out);
  EXPECT_EQ(out.end, ending::ok) << out.reason;
}

/// A row of the protocol page's table of answers.
template <class Workload>
std::string row_on_the_page(typename Workload::parameters const& parameters) {
  std::string label = Workload::label(parameters);
  std::ranges::replace(label, '/', ' ');
  outcome const answer = Workload::oracle(parameters);
  return fmt::format("| {} {} | {} | {:016x} |", Workload::name, label, answer.units, answer.checksum);
}

TEST(contender_throughput, has_the_answers_that_the_protocol_page_gives) {
  std::ifstream in(std::filesystem::path(UNITCOST_SOURCE) / "docs/CONTENDERS.md");
  std::string const page{std::istreambuf_iterator<char>(in), {}};
  using described = workloads::workload_list<workloads::fib, workloads::skynet, workloads::nqueens, workloads::matmul>;
  workloads::for_each_workload(described{}, [&]<class Workload>() {
    for (auto const& each : graphs<Workload>())
      EXPECT_THAT(page, HasSubstr(row_on_the_page<Workload>(each.parameters)));
  });
}

}  // namespace
}  // namespace unitcost::measures
