#include "benchmarks/measures/contenders/contender_footprint.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/machine/memory_account.hpp"
#include "benchmarks/harness/supervision/ended_as.hpp"
#include "benchmarks/harness/supervision/worker_order.hpp"
#include "benchmarks/measures/units/footprint.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using harness::ending;
using testing::HasSubstr;
using testing::ThrowsMessage;

void expect_early_end(std::string const& line, ending end, std::string const& reason) {
  try {
    require_holding(line, 205);
    FAIL() << "took " << line;
  } catch (harness::ended_as const& error) {
    EXPECT_EQ(error.end(), end);
    EXPECT_THAT(error.what(), HasSubstr(reason));
  }
}

TEST(holding, is_said_of_as_many_as_were_asked_for) { require_holding(R"({"holding": 205})", 205); }

TEST(holding, of_another_number_is_a_wrong_result) {
  expect_early_end(R"({"holding": 204})", ending::wrong_result, "holds 204 units where 205 are due");
}

TEST(holding, that_ends_early_is_told_by_what_was_asked) {
  expect_early_end(R"({"end": "ok", "units": 205, "checksum": "0000000000000000"})", ending::wrong_result,
                   "when asked to hold 205 units");
}

constexpr harness::process_family bare_program{.processes = 1, .threads = 1};

TEST(too_few_alive, compares_units_with_the_threads_that_have_come_beside_main_ones) {
  EXPECT_EQ(too_few_alive(idle_kind::thread, 5, bare_program, {.processes = 1, .threads = 6}), "");
  EXPECT_EQ(too_few_alive(idle_kind::thread, 5, bare_program, {.processes = 2, .threads = 9}), "");
  EXPECT_THAT(too_few_alive(idle_kind::thread, 6, bare_program, {.processes = 1, .threads = 6}),
              HasSubstr("holds 6 units, and has 5 threads"));
  EXPECT_THAT(too_few_alive(idle_kind::thread, 5, bare_program, {.processes = 2, .threads = 6}),
              HasSubstr("has 4 threads"));
}

TEST(too_few_alive, does_not_take_a_runtimes_own_threads_for_units) {
  harness::process_family const with_collectors{.processes = 1, .threads = 4};
  EXPECT_EQ(too_few_alive(idle_kind::thread, 5, with_collectors, {.processes = 1, .threads = 9}), "");
  EXPECT_THAT(too_few_alive(idle_kind::thread, 5, with_collectors, {.processes = 1, .threads = 8}),
              HasSubstr("has 4 threads"));
}

TEST(too_few_alive, compares_units_with_the_processes_that_have_come_and_not_with_a_wrappers_child) {
  harness::process_family const wrapped{.processes = 2, .threads = 2};
  EXPECT_EQ(too_few_alive(idle_kind::process, 5, bare_program, {.processes = 6, .threads = 6}), "");
  EXPECT_THAT(too_few_alive(idle_kind::process, 6, bare_program, {.processes = 6, .threads = 60}),
              HasSubstr("has 5 processes"));
  EXPECT_THAT(too_few_alive(idle_kind::process, 5, wrapped, {.processes = 6, .threads = 6}),
              HasSubstr("has 4 processes"));
}

TEST(too_few_alive, knows_nothing_of_coroutines_and_bears_a_program_that_has_gone) {
  EXPECT_EQ(too_few_alive(idle_kind::coroutine, 4096, bare_program, bare_program), "");
  EXPECT_THAT(too_few_alive(idle_kind::thread, 1, {.processes = 1, .threads = 3}, {}), HasSubstr("has 0 threads"));
}

TEST(too_little_memory, is_less_than_a_place_to_go_on_at) {
  EXPECT_THAT(too_little_memory(7.9), HasSubstr("took 7.9 bytes"));
  EXPECT_THAT(too_little_memory(-3), HasSubstr("took -3.0 bytes"));
  EXPECT_EQ(too_little_memory(8), "");
}

TEST(enough_units, are_doubled_until_they_take_64_steps_of_the_account) {
  idle_range const some{.least = 4096, .most = 262'144};
  EXPECT_EQ(enough_units(some, 4096), 4096u);
  EXPECT_EQ(enough_units(some, 4095), 8192u);
  EXPECT_EQ(enough_units(some, 100), 262'144u);
  EXPECT_EQ(enough_units(some, 0), 262'144u);
  EXPECT_EQ(enough_units(some, -1), 262'144u);
  EXPECT_EQ(enough_units({.least = 256, .most = 256}, 1), 256u);
  EXPECT_EQ(enough_units({.least = 4096, .most = 10'000}, 1), 10'000u);
}

constexpr std::uint64_t units_to_hold = 10;

/// A shell that does `hold` when it is asked to hold n units, says that it does, and does `end` at the end.
void measure_holding_shell(idle_kind kind, std::string const& hold, std::string const& end,
                           harness::measurement& given) {
  std::string const script = "while read -r line; do n=${line#*: }; n=${n%\\}}; " + hold +
                             "; echo \"{\\\"holding\\\": $n}\" >&3; done; " + end;
  measure_contender_footprint(kind, {"/bin/sh", "-c", script}, {.least = units_to_hold, .most = units_to_hold}, given);
}

std::string say_all_held(std::uint64_t units, std::uint64_t off = 0) {
  std::uint64_t checksum = off;
  for (std::uint64_t unit = 0; unit < units_to_hold; ++unit) checksum += unit_arrivals::hash(unit);
  return fmt::format(R"(echo '{{"end": "ok", "units": {}, "checksum": "{:016x}"}}' >&3)", units, checksum);
}

constexpr char hold_nothing[] = ":";
constexpr char hold_processes[] =
    "while [ ${held:=0} -lt $n ]; do sleep 30 & pids=\"$pids $!\"; held=$((held + 1)); done";

TEST(contender_footprint, reads_the_columns_of_models_while_the_program_waits) {
  test::recorded_measurement recorded;
  measure_holding_shell(idle_kind::coroutine, hold_nothing, say_all_held(units_to_hold), recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("total_bytes_per_unit").samples, 5u);
  EXPECT_NO_THROW(recorded.metric("reserved_bytes_per_unit"));
  EXPECT_EQ(recorded.out.curves.front().points.back().first, units_to_hold);
}

TEST(contender_footprint, counts_processes_and_their_address_space) {
  test::recorded_measurement recorded;
  measure_holding_shell(idle_kind::process, hold_processes, "kill $pids; wait; " + say_all_held(units_to_hold),
                        recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_GT(recorded.metric("reserved_bytes_per_unit").value, 100e3);
}

TEST(contender_footprint, finds_a_program_that_says_it_holds_processes_and_has_none) {
  test::recorded_measurement recorded;
  for (idle_kind kind : {idle_kind::process, idle_kind::thread})
    EXPECT_THROW(measure_holding_shell(kind, hold_nothing, say_all_held(units_to_hold), recorded.given),
                 harness::ended_as);
}

/// The numbers of units that a program is asked to hold whose units take nothing.
std::string numbers_asked_for(idle_range within) {
  test::recorded_measurement recorded;
  std::string const script =
      "while read -r line; do n=${line#*: }; n=${n%\\}}; asked=\"$asked $n\"; echo \"{\\\"holding\\\": $n}\" >&3; "
      "done; "
      "echo \"{\\\"end\\\": \\\"skipped\\\", \\\"reason\\\": \\\"$asked\\\"}\" >&3";
  try {
    measure_contender_footprint(idle_kind::coroutine, {"/bin/sh", "-c", script}, within, recorded.given);
  } catch (harness::ended_as const& error) {
    return error.what();
  }
  return "none: took a program that was to be skipped";
}

/// Several times: what the whole machine's account says of two units is as often much as nothing.
TEST(contender_footprint, asks_for_more_units_where_they_are_small_by_an_account_of_their_own) {
  bool const only_theirs = harness::memory_account::choose().only_ours();
  for (int attempt = 0; attempt < 8; ++attempt)
    EXPECT_EQ(numbers_asked_for({.least = 10, .most = 40}), only_theirs ? " 0 2 8 16 24 32 40" : " 0 2 4 6 8 10");
}

TEST(contender_footprint, believes_an_early_end_only_of_a_program_that_ends_well) {
  constexpr char tell_limit[] = "echo '{\"end\": \"limit_reached\", \"reason\": \"no more\"}' >&3; ";
  for (auto const& [last, complaint] : {std::pair("exit 0", "no more"), std::pair("exit 3", "status 3"),
                                        std::pair("echo more >&3; exit 0", "more after its end")}) {
    test::recorded_measurement recorded;
    auto const measure = [&, end = std::string(tell_limit) + last] {
      measure_holding_shell(idle_kind::coroutine, end, ":", recorded.given);
    };
    EXPECT_THAT(measure, ThrowsMessage<std::runtime_error>(HasSubstr(complaint)));
  }
}

TEST(contender_footprint, finds_a_unit_that_never_came_or_came_twice) {
  for (auto const& last : {say_all_held(units_to_hold - 1), say_all_held(units_to_hold, 1)}) {
    test::recorded_measurement recorded;
    measure_holding_shell(idle_kind::coroutine, hold_nothing, last, recorded.given);
    EXPECT_FALSE(recorded.check_holds());
  }
}

TEST(contender_footprint, asks_for_as_many_units_as_the_protocol_page_says_and_checks_what_it_shows) {
  std::ifstream in(std::filesystem::path(UNITCOST_SOURCE) / "docs/CONTENDERS.md");
  std::string page{std::istreambuf_iterator<char>(in), {}};
  std::ranges::replace(page, '\n', ' ');
  EXPECT_THAT(page, HasSubstr("up to 1,024 threads, 256 processes, or of coroutines 4,096"));
  EXPECT_THAT(page, HasSubstr("262,144"));
  EXPECT_EQ(idle_units_of(idle_kind::thread).most, 1024u);
  EXPECT_EQ(idle_units_of(idle_kind::process).most, 256u);
  EXPECT_EQ(idle_units_of(idle_kind::coroutine).least, 4096u);
  EXPECT_EQ(idle_units_of(idle_kind::coroutine).most, 262'144u);
  std::uint64_t checksum = 0;
  for (std::uint64_t unit = 0; unit < 1024; ++unit) checksum += unit_arrivals::hash(unit);
  EXPECT_THAT(page, HasSubstr(fmt::format(R"({{"end": "ok", "units": 1024, "checksum": "{:016x}"}})", checksum)));
}

harness::contender holder_offering(decltype(harness::contender::measures) offers) {
  return {.name = "mine", .command = "./mine", .about = "mine 1.0", .measures = std::move(offers)};
}

TEST(contender_footprint, has_a_case_for_each_kind_of_unit_that_is_offered) {
  harness::registry all({.workers = {1}, .contenders = {holder_offering({{"footprint", {"process", "thread"}}})}});
  add_contender_footprint(all);
  ASSERT_EQ(all.cases().size(), 2u);
  EXPECT_NE(all.find("footprint/mine/idle/unit:thread/touch:0"), nullptr);
  EXPECT_EQ(all.find("footprint/mine/idle/unit:process/touch:0")->plain_label, "touch:0");
  EXPECT_EQ(all.find("footprint/mine/idle/unit:thread/touch:0")->plain_label, "") << "the other stands for it";
}

TEST(contender_footprint, is_measured_by_a_worker_that_knows_the_contender) {
  harness::registry all({.workers = {1}, .contenders = {holder_offering({{"footprint", {"thread"}}})}});
  add_contender_footprint(all);
  auto const& one = all.cases().front();
  auto const arguments = one.external->arguments({.case_name = one.name(), .cpus = {}, .workers = {}});
  ASSERT_EQ(arguments[1], "worker");
  auto const order = harness::parse_worker_order({arguments.begin() + 2, arguments.end()});
  EXPECT_EQ(order.case_name, one.name());
  ASSERT_EQ(order.contenders.size(), 1u);
  EXPECT_EQ(order.contenders.front().command, "./mine");
}

}  // namespace
}  // namespace unitcost::measures
