#include "benchmarks/harness/commands/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/harness/scratch_folder.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct parsed {
  command_line line;
  std::optional<int> exit_status;
  std::string out, err;
};

parsed parse(std::vector<std::string> arguments) {
  parsed got;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  got.line = parse_command_line(std::move(arguments), got.exit_status);
  got.out = testing::internal::GetCapturedStdout();
  got.err = testing::internal::GetCapturedStderr();
  return got;
}

/// Of arguments that shall be understood.
command_line line_of(std::vector<std::string> arguments) {
  parsed got = parse(std::move(arguments));
  EXPECT_EQ(got.exit_status, std::nullopt) << got.err;
  return got.line;
}

void expect_bad_usage(std::vector<std::string> arguments, std::string const& complaint) {
  parsed const got = parse(std::move(arguments));
  EXPECT_EQ(got.exit_status, exit_bad_usage);
  EXPECT_THAT(got.err, HasSubstr(complaint));
  EXPECT_EQ(got.out, "");
}

TEST(command_line, of_run_alone_is_the_quick_profile_of_everything) {
  command_line const line = line_of({"run"});
  EXPECT_EQ(line.what, command::run);
  EXPECT_EQ(line.wanted.which, profile::quick);
  EXPECT_EQ(line.wanted.filter, "");
  EXPECT_THAT(line.wanted.models, IsEmpty());
  EXPECT_EQ(line.repetitions, std::nullopt);
  EXPECT_FALSE(line.seed_given);
  EXPECT_EQ(line.time_limit_s, std::nullopt);
  EXPECT_EQ(line.memory_limit_bytes, 0u);
  EXPECT_FALSE(line.strict || line.dry_run || line.quiet || line.anonymous);
  EXPECT_EQ(line.format, text_format::for_people);
}

TEST(command_line, selects_cases) {
  command_line const line = line_of({"run", "--profile", "standard", "--filter", "switch/.*futex", "--model",
                                     "tbb,process", "--measure", "spawn,switch"});
  EXPECT_EQ(line.wanted.which, profile::standard);
  EXPECT_EQ(line.wanted.filter, "switch/.*futex");
  EXPECT_THAT(line.wanted.models, ElementsAre("tbb", "process"));
  EXPECT_THAT(line.wanted.measures, ElementsAre("spawn", "switch"));
}

TEST(command_line, takes_an_inverted_filter_for_a_filter_and_not_for_an_option) {
  EXPECT_EQ(line_of({"run", "--filter", "-switch"}).wanted.filter, "-switch");
  EXPECT_EQ(line_of({"run", "--filter=-switch"}).wanted.filter, "-switch");
}

TEST(command_line, of_run_list_and_explain_takes_contenders_with_commands_of_several_words) {
  for (char const* command : {"run", "list", "explain"}) {
    std::vector<std::string> arguments{command, "--contender=rust=./rust", "--contender", "go=./go --fast"};
    if (arguments[0] == "explain") arguments.emplace_back("a/b/c");  // which is no second command
    command_line const line = line_of(arguments);
    ASSERT_EQ(line.contenders.size(), 2u);
    EXPECT_EQ(line.contenders[0].name, "rust");
    EXPECT_EQ(line.contenders[1].name, "go");
    EXPECT_EQ(line.contenders[1].command, "./go --fast");
  }
}

TEST(command_line, sets_what_a_run_may_use) {
  command_line const line = line_of({"run", "--repetitions", "12", "--seed", "18446744073709551615", "--time-limit",
                                     "2.5", "--workers", "1,2,8", "--cpus", "3,0"});
  EXPECT_EQ(line.repetitions, 12u);
  EXPECT_EQ(line.seed, 18'446'744'073'709'551'615u);
  EXPECT_TRUE(line.seed_given);
  EXPECT_EQ(line.time_limit_s, 2.5);
  EXPECT_THAT(line.workers, ElementsAre(1, 2, 8));
  EXPECT_THAT(line.cpus, ElementsAre(3, 0));
}

TEST(command_line, reads_a_memory_limit_with_and_without_a_unit) {
  EXPECT_EQ(line_of({"run", "--memory-limit", "4GiB"}).memory_limit_bytes, 4ull << 30);
  EXPECT_EQ(line_of({"run", "--memory-limit", "4294967296"}).memory_limit_bytes, 4ull << 30);
  EXPECT_EQ(line_of({"run", "--memory-limit", "512MiB"}).memory_limit_bytes, 512ull << 20);
}

TEST(command_line, says_where_a_run_goes_or_goes_on) {
  scratch_folder const folder;
  EXPECT_EQ(line_of({"run", "--out", "somewhere/new"}).out, "somewhere/new");
  EXPECT_EQ(line_of({"run", "--resume", (folder / "").string()}).resume, folder / "");
}

TEST(command_line, has_flags_for_how_strict_and_how_talkative_a_run_is) {
  command_line const line = line_of({"run", "--strict", "--dry-run", "--quiet", "--anonymous"});
  EXPECT_TRUE(line.strict);
  EXPECT_TRUE(line.dry_run);
  EXPECT_TRUE(line.quiet);
  EXPECT_TRUE(line.anonymous);
}

TEST(command_line, has_a_flag_for_the_order_within_rounds) {
  EXPECT_FALSE(line_of({"run"}).paired);
  EXPECT_TRUE(line_of({"run", "--paired"}).paired);
}

TEST(command_line, knows_what_google_benchmarks_users_type) {
  command_line const line = line_of({"run", "--benchmark_filter=spawn", "--benchmark_repetitions=7",
                                     "--benchmark_out=out.json", "--benchmark_format=json"});
  EXPECT_EQ(line.what, command::run);
  EXPECT_EQ(line.wanted.filter, "spawn");
  EXPECT_EQ(line.repetitions, 7u);
  EXPECT_EQ(line.benchmark_out, "out.json");
  EXPECT_EQ(line.format, text_format::as_json);
}

TEST(command_line, of_google_benchmarks_flags_alone_means_run) {
  EXPECT_EQ(line_of({"--benchmark_filter=spawn"}).what, command::run);
  EXPECT_EQ(line_of({"--benchmark_filter=spawn"}).wanted.filter, "spawn");
}

TEST(command_line, lists_for_benchmark_list_tests) {
  command_line const line = line_of({"--benchmark_list_tests", "--benchmark_filter=spawn"});
  EXPECT_EQ(line.what, command::list);
  EXPECT_EQ(line.wanted.filter, "spawn");
  EXPECT_EQ(line_of({"--benchmark_list_tests=true"}).what, command::list);
}

TEST(command_line, lists_explains_and_examines) {
  command_line const list = line_of({"list", "--profile", "full", "--format", "json"});
  EXPECT_EQ(list.what, command::list);
  EXPECT_EQ(list.wanted.which, profile::full);
  EXPECT_EQ(list.format, text_format::as_json);
  command_line const explain = line_of({"explain", "spawn/tbb/idle"});
  EXPECT_EQ(explain.what, command::explain);
  EXPECT_EQ(explain.explained_case, "spawn/tbb/idle");
  EXPECT_EQ(line_of({"doctor"}).what, command::doctor);
  EXPECT_EQ(line_of({"doctor", "--format", "json"}).format, text_format::as_json);
}

TEST(command_line, keeps_the_words_as_typed_for_the_manifest) {
  EXPECT_THAT(line_of({"--benchmark_filter=spawn"}).words, ElementsAre("--benchmark_filter=spawn"));
  EXPECT_THAT(line_of({"run", "--seed", "7"}).words, ElementsAre("run", "--seed", "7"));
}

TEST(command_line, that_asks_for_help_prints_it_and_ends_well) {
  for (std::vector<std::string> const& arguments : {std::vector<std::string>{"--help"}, {"run", "--help"}}) {
    parsed const got = parse(arguments);
    EXPECT_EQ(got.exit_status, exit_ok);
    EXPECT_THAT(got.out, HasSubstr("Exit codes: 0 all cases ok"));
    EXPECT_EQ(got.err, "");
  }
}

TEST(command_line, that_asks_for_the_version_prints_it_and_ends_well) {
  parsed const got = parse({"--version"});
  EXPECT_EQ(got.exit_status, exit_ok);
  EXPECT_THAT(got.out, testing::StartsWith("unitcost "));
}

TEST(command_line, that_is_empty_or_of_an_unknown_command_is_bad_usage) {
  expect_bad_usage({}, "subcommand");
  expect_bad_usage({"mesure"}, "subcommand");
}

TEST(command_line, with_an_unknown_option_is_bad_usage_and_names_it) {
  expect_bad_usage({"run", "--fliter", "spawn"}, "--fliter");
  expect_bad_usage({"doctor", "--profile", "quick"}, "--profile");
}

TEST(command_line, with_a_value_that_makes_no_sense_is_bad_usage_and_names_the_option) {
  expect_bad_usage({"run", "--profile", "fast"}, "'fast' is not quick, standard or full");
  expect_bad_usage({"run", "--benchmark_format", "csv"}, "'csv' is not console or json");
  expect_bad_usage({"list", "--format", "xml"}, "'xml' is not console or json");
  expect_bad_usage({"run", "--repetitions", "0"}, "--repetitions");
  expect_bad_usage({"run", "--repetitions", "many"}, "--repetitions");
  expect_bad_usage({"run", "--seed", "today"}, "--seed");
  expect_bad_usage({"run", "--time-limit", "0"}, "--time-limit");
  expect_bad_usage({"run", "--memory-limit", "4 elephants"}, "--memory-limit");
  expect_bad_usage({"run", "--workers", "1,0"}, "--workers");
  expect_bad_usage({"run", "--cpus=-1"}, "--cpus");
  expect_bad_usage({"run", "--contender", "./go"}, "'./go' is not NAME=COMMAND");
  expect_bad_usage({"list", "--contender", "go=./go", "rust=./rust"}, "rust=./rust");
}

TEST(command_line, without_the_case_to_explain_is_bad_usage) { expect_bad_usage({"explain"}, "case"); }

TEST(command_line, that_resumes_what_does_not_exist_or_into_another_folder_is_bad_usage) {
  scratch_folder const folder;
  expect_bad_usage({"run", "--resume", (folder / "nowhere").string()}, "nowhere");
  expect_bad_usage({"run", "--resume", (folder / "").string(), "--out", "elsewhere"}, "excludes");
}

}  // namespace
}  // namespace unitcost::harness
