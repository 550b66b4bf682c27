#include "benchmarks/measures/contenders/contender_throughput.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmarks/harness/contenders/contender_order.hpp"
#include "benchmarks/harness/supervision/worker_order.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/contenders/contender_case.hpp"
#include "benchmarks/measures/graphs/graphs.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using harness::ending;
using harness::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

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

harness::registry registry_with(std::map<std::string, std::vector<std::string>, std::less<>> offers,
                                std::string name = "libfork") {
  harness::registry all({.workers = {1, 2}, .contenders = {{std::move(name), "./lf", "libfork 3.8.0", offers}}});
  add_every_measure(all);
  return all;
}

std::vector<std::string> names_of(harness::registry const& all, std::string const& model) {
  std::vector<std::string> out;
  for (auto const& one : all.cases())
    if (one.model == model && one.measure->name == "throughput") out.push_back(one.name());
  return out;
}

TEST(contender_cases, are_those_of_our_models_for_each_workload_offered) {
  auto const all = registry_with({{"throughput", {"fib", "nqueens"}}});
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

TEST(contender_cases, tell_the_program_all_of_the_case) {
  auto const all = registry_with({{"throughput", {"fib"}}});
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

TEST(contender_cases, compare_with_the_oracle_of_their_own_graph) {
  auto const all = registry_with({{"throughput", {"fib"}}});
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

TEST(contender_cases, have_the_answers_that_the_protocol_page_gives) {
  std::ifstream in(std::filesystem::path(UNITCOST_SOURCE) / "docs/CONTENDERS.md");
  std::string const page{std::istreambuf_iterator<char>(in), {}};
  using described = workloads::workload_list<workloads::fib, workloads::skynet, workloads::nqueens, workloads::matmul>;
  workloads::for_each_workload(described{}, [&]<class Workload>() {
    for (auto const& each : graphs<Workload>())
      EXPECT_THAT(page, HasSubstr(row_on_the_page<Workload>(each.parameters)));
  });
}

TEST(contender_cases, name_the_program_where_models_of_ours_name_their_file) {
  auto const all = registry_with({{"throughput", {"fib"}}});
  EXPECT_EQ(all.find("throughput/libfork/fib/n:20/spawn_depth:all/workers:1")->model_file, "./lf (libfork 3.8.0)");
}

TEST(contender_cases, of_a_workload_or_measure_that_does_not_exist_are_refused) {
  EXPECT_THAT(
      [] {
        registry_with({{"throughput", {"fib", "fob"}}});
      },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'libfork'"), HasSubstr("'fob'"), HasSubstr("skynet"))));
  EXPECT_THAT(
      [] {
        registry_with({{"telepathy", {"fib"}}});
      },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'libfork'"), HasSubstr("'telepathy'"))));
}

TEST(contender_cases, under_the_name_of_a_model_of_ours_are_refused) {
  EXPECT_THAT(
      [] {
        registry_with({{"throughput", {"fib"}}}, "tbb");
      },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'tbb'"), HasSubstr("choose another name"))));
}

}  // namespace
}  // namespace unitcost::measures
