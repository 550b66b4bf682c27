// What holds for the cases of all measures, models and workloads together.
#include "benchmarks/measures/all.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/plan.hpp"
#include "impl/all.hpp"
#include "workloads/all.hpp"

namespace unitcost::measures {
namespace {

using harness::benchmark_case;
using harness::profile;

/// The measures that the answer table shows.
constexpr std::array<std::string_view, 4> columns{"footprint", "spawn", "switch", "throughput"};

class all_cases : public ::testing::Test {
 protected:
  /// On a machine with two CPUs.
  static harness::registry const& registry() {
    static harness::registry const all = [] {
      harness::registry made({{1, 2}});
      for (auto const add : every_measure) add(made);
      return made;
    }();
    return all;
  }
  static std::vector<benchmark_case> const& cases() { return registry().cases(); }

  template <class Name>
  static std::set<std::string> names(Name name_of) {
    std::set<std::string> out;
    for (benchmark_case const& one : cases()) out.insert(std::string(name_of(one)));
    return out;
  }

  static std::vector<benchmark_case const*> of_profile(profile which) {
    return harness::select(registry(), {.which = which, .filter = {}, .models = {}, .measures = {}});
  }

  static bool runs(benchmark_case const& one) { return one.skip_reason.empty(); }
  /// Whether the answer table has a column of what it measures: some model's headline is a case of the same workload.
  static bool is_in_table(benchmark_case const& one) {
    return std::ranges::any_of(cases(), [&](benchmark_case const& other) {
      return other.headline && other.measure->name == one.measure->name && other.workload == one.workload;
    });
  }
};

TEST_F(all_cases, hold_every_model_of_the_list) {
  auto const found = names([](auto const& one) { return one.model; });
  for_each_model(all_models{},
                 [&]<class Model>() { EXPECT_TRUE(found.contains(std::string(Model::name))) << Model::name; });
}

TEST_F(all_cases, hold_the_models_that_other_programs_rely_on) {
  EXPECT_THAT(names([](auto const& one) { return one.model; }),
              ::testing::IsSupersetOf({"null", "serial", "process", "process_pool", "std_thread", "std_async",
                                       "thread_pool", "asio_pool", "tbb", "openmp", "boost_context", "boost_fiber",
                                       "asio", "stackful", "stackless"}));
}

TEST_F(all_cases, hold_every_cpu_workload_of_the_list) {
  auto const found = names([](auto const& one) { return one.workload; });
  workloads::for_each_workload(workloads::cpu_workloads{}, [&]<class Workload>() {
    EXPECT_TRUE(found.contains(std::string(Workload::name))) << Workload::name;
  });
  EXPECT_THAT(found, ::testing::IsSupersetOf(
                         {"fib", "skynet", "nqueens", "matmul", "mandelbrot", "brackets", "grain", "idle"}));
}

TEST_F(all_cases, hold_every_measure_of_the_list) {
  for (auto const& add : every_measure) {
    harness::registry alone({{1, 2}});
    add(alone);
    EXPECT_FALSE(alone.cases().empty()) << "number " << (&add - every_measure.data());
  }
  EXPECT_THAT(names([](auto const& one) { return one.measure->name; }),
              ::testing::IsSupersetOf({"footprint", "spawn", "switch", "throughput", "grain", "latency", "selftest"}));
}

TEST_F(all_cases, have_names_of_their_own) {
  EXPECT_EQ(names([](auto const& one) { return one.name(); }).size(), cases().size());
}

TEST_F(all_cases, have_names_that_are_measure_model_workload_and_then_key_and_value) {
  std::regex const form("[a-z_]+/[a-z_]+/[a-z_]+(/[a-z_]+:[A-Za-z0-9_]+)*");
  for (benchmark_case const& one : cases()) EXPECT_TRUE(std::regex_match(one.name(), form)) << one.name();
}

/// A case is the same on a machine with more CPUs: these only add worker counts.
TEST_F(all_cases, keep_their_names_on_a_machine_with_more_cpus) {
  harness::registry larger({{1, 2, 4, 64}});
  for (auto const add : every_measure) add(larger);
  for (benchmark_case const& one : cases()) EXPECT_NE(larger.find(one.name()), nullptr) << one.name();
  for (benchmark_case const& one : larger.cases()) {
    bool const of_more_workers = std::ranges::any_of(harness::parameters_of(one.label), [](auto const& each) {
      return each.first == "workers" && std::stoi(each.second) > 2;
    });
    EXPECT_EQ(registry().find(one.name()) == nullptr, of_more_workers) << one.name();
  }
}

TEST_F(all_cases, can_run_or_say_why_not) {
  for (benchmark_case const& one : cases()) {
    EXPECT_TRUE(one.run) << one.name();
    EXPECT_TRUE(runs(one) || one.skip_reason.size() >= 15) << one.name() << ": " << one.skip_reason;
  }
}

/// Else a run would show what the other way costs and not what it is worth.
TEST_F(all_cases, of_another_way_are_in_no_profile_without_those_of_their_models_own) {
  for (profile which : {profile::quick, profile::standard, profile::full}) {
    std::set<std::string> own;
    std::vector<benchmark_case const*> others;
    for (benchmark_case const* one : of_profile(which))
      if (harness::split_way(one->name()).way.empty())
        own.insert(one->name());
      else
        others.push_back(one);
    for (benchmark_case const* one : others)
      EXPECT_TRUE(own.contains(harness::split_way(one->name()).work)) << one->name();
    EXPECT_EQ(others.empty(), which == profile::quick);
  }
}

TEST_F(all_cases, of_a_profile_belong_to_every_larger_one) {
  std::set<benchmark_case const*> smaller;
  for (profile which : {profile::quick, profile::standard, profile::full}) {
    auto const held = of_profile(which);
    std::set<benchmark_case const*> const larger(held.begin(), held.end());
    EXPECT_TRUE(std::ranges::includes(larger, smaller)) << harness::limits_of(which).name;
    smaller = larger;
  }
  EXPECT_EQ(smaller.size(), cases().size());
}

TEST_F(all_cases, of_a_mere_step_of_a_parameter_are_in_full_only) {
  for (auto const& each : models::stackful::variants()) {
    if (!each.detail) continue;
    for (benchmark_case const& one : cases()) {
      bool const is_step = one.name().starts_with("footprint/stackful/idle/" + each.label + "/") ||
                           one.name().starts_with("spawn/stackful/idle/" + each.label + "/");
      EXPECT_TRUE(one.least == profile::full || !is_step) << one.name();
    }
  }
}

TEST_F(all_cases, hold_a_million_fibers_alive_at_once_without_and_with_a_canary) {
  EXPECT_NE(registry().find("footprint/stackful/idle/stack:512B/touch:0/units:1000000"), nullptr);
  EXPECT_NE(registry().find("footprint/stackful/idle/stack:512B/guard:canary/touch:0/units:1000000"), nullptr);
}

TEST_F(all_cases, that_a_stack_cannot_hold_cost_no_time) {
  auto const* const too_much = registry().find("footprint/stackful/idle/stack:16KiB/touch:64KiB");
  ASSERT_NE(too_much, nullptr);
  EXPECT_FALSE(runs(*too_much));
  EXPECT_TRUE(runs(*registry().find("footprint/stackful/idle/stack:512KiB/touch:64KiB")));
}

TEST_F(all_cases, of_quick_are_a_hundred_at_most) {
  EXPECT_LE(std::ranges::count_if(of_profile(profile::quick), [](auto const* one) { return runs(*one); }), 100);
}

TEST_F(all_cases, of_quick_fit_into_two_minutes_at_six_repetitions) {
  EXPECT_EQ(harness::limits_of(profile::quick).repetitions, 6u);
  EXPECT_LE(harness::predicted_s(of_profile(profile::quick), profile::quick, 6), 120);
}

TEST_F(all_cases, of_standard_fit_into_three_quarters_of_an_hour_at_ten_repetitions) {
  EXPECT_EQ(harness::limits_of(profile::standard).repetitions, 10u);
  EXPECT_LE(harness::predicted_s(of_profile(profile::standard), profile::standard, 10), 45 * 60);
}

TEST_F(all_cases, have_one_headline_for_each_measure_and_model_that_can_be_measured) {
  std::map<std::string, int> headlines;
  std::set<std::string> measured;
  for (benchmark_case const& one : cases()) {
    std::string const whose = std::string(one.measure->name) + " of " + one.model;
    headlines[whose] += one.headline;
    if (runs(one) && is_in_table(one)) measured.insert(whose);
  }
  for (auto const& [whose, count] : headlines) {
    EXPECT_LE(count, 1) << whose;
    bool const in_table = std::ranges::any_of(columns, [&](std::string_view name) { return whose.starts_with(name); });
    EXPECT_TRUE(count == 1 || !in_table || !measured.contains(whose)) << whose << " has no headline";
  }
}

TEST_F(all_cases, have_their_headlines_in_quick) {
  for (benchmark_case const& one : cases())
    EXPECT_TRUE(one.least == profile::quick || !one.headline || !runs(one)) << one.name();
}

TEST_F(all_cases, of_quick_show_each_model_in_each_column_or_why_not) {
  for_each_model(all_models{}, [&]<class Model>() {
    for (std::string_view measure : columns) {
      auto const ours = [&](benchmark_case const& one) {
        return one.model == Model::name && one.measure->name == measure;
      };
      bool const in_quick = std::ranges::any_of(
          cases(), [&](auto const& one) { return ours(one) && one.least == profile::quick && runs(one); });
      bool const can_run =
          std::ranges::any_of(cases(), [&](auto const& one) { return ours(one) && runs(one) && is_in_table(one); });
      bool const is_named = std::ranges::any_of(cases(), ours);
      EXPECT_TRUE(in_quick || !can_run) << measure << " of " << Model::name << " has cases, but none in quick";
      EXPECT_TRUE(is_named) << measure << " of " << Model::name << " has no case";
    }
  });
}

TEST_F(all_cases, name_files_that_exist) {
  for (benchmark_case const& one : cases())
    for (auto const& file : {std::string(one.measure->file), one.model_file})
      EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(UNITCOST_SOURCE) / file)) << file;
}

TEST_F(all_cases, belong_to_measures_that_explain_themselves) {
  for (benchmark_case const& one : cases())
    for (std::string_view text :
         {one.measure->question, one.measure->from, one.measure->to, one.measure->method, one.measure->source})
      EXPECT_FALSE(text.empty()) << one.measure->name;
}

}  // namespace
}  // namespace unitcost::measures
