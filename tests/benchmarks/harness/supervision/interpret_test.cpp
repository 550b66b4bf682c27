#include "benchmarks/harness/supervision/supervisor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/benchmarks/harness/sample_case.hpp"
#include "tests/benchmarks/harness/sample_record.hpp"
#include "tests/benchmarks/harness/supervision/external_case.hpp"

namespace unitcost::harness {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr unsigned repetition = 3;
constexpr process_limits limits{.time_s = 2.5, .memory_bytes = 4096, .processes = 20, .output_bytes = 1000};

record good_record() {
  record one = sample_record(repetition);
  one.check->units = one.check->expected_units;
  one.check->checksum = one.check->expected_checksum;
  return one;
}

process_outcome exited(int code, std::string record_text) {
  process_outcome outcome;
  outcome.wait_status = W_EXITCODE(code, 0);
  outcome.record_text = std::move(record_text);
  return outcome;
}

process_outcome reported(record const& said) { return exited(0, to_json(said).dump()); }

process_outcome killed_by(int signal, std::string output = "") {
  process_outcome outcome;
  outcome.wait_status = W_EXITCODE(0, signal);
  outcome.output = std::move(output);
  return outcome;
}

record interpreted(process_outcome const& outcome) {
  benchmark_case one = sample_case();
  one.headline = true;
  return interpret(outcome, one, repetition, limits);
}

/// Whatever went wrong, the record says of what, and yields no number.
void expect_end(record const& got, ending end, std::string const& reason) {
  EXPECT_EQ(to_string(got.end), to_string(end));
  EXPECT_THAT(got.reason, HasSubstr(reason));
  EXPECT_EQ(got.case_name, "spawn/std_thread/idle/cores:1");
  EXPECT_EQ(got.measure, "spawn");
  EXPECT_EQ(got.model, "std_thread");
  EXPECT_EQ(got.workload, "idle");
  EXPECT_EQ(got.parameters, parameters_of("cores:1"));
  EXPECT_EQ(got.repetition, repetition);
  EXPECT_TRUE(got.headline);
  EXPECT_THAT(got.metrics, IsEmpty());
  EXPECT_THAT(got.histograms, IsEmpty());
  EXPECT_THAT(got.curves, IsEmpty());
  EXPECT_THAT(got.sources, IsEmpty());
}

TEST(interpret, believes_an_ok_with_the_oracles_result_and_nothing_left_behind) {
  record const got = interpreted(reported(good_record()));
  EXPECT_EQ(got.end, ending::ok);
  EXPECT_EQ(got.reason, "");
  EXPECT_THAT(got.metrics, SizeIs(2));
  EXPECT_EQ(to_json(got).dump(), to_json(good_record()).dump());
}

TEST(interpret, calls_timed_out_what_was_still_running_and_names_the_limit) {
  process_outcome outcome = killed_by(SIGKILL);
  outcome.timed_out = true;
  expect_end(interpreted(outcome), ending::timed_out, "still running after 2.5 s");
}

TEST(interpret, calls_an_excess_of_output_a_limit) {
  process_outcome outcome = killed_by(SIGKILL);
  outcome.output_exceeded = true;
  expect_end(interpreted(outcome), ending::limit_reached, "more than 1000 bytes of output");
}

TEST(interpret, calls_a_kill_at_the_memory_limit_out_of_memory) {
  process_outcome outcome = killed_by(SIGKILL);
  outcome.memory_exceeded = true;
  expect_end(interpreted(outcome), ending::out_of_memory, "memory limit of 4096 bytes");
}

TEST(interpret, blames_the_process_limit_for_an_exit_that_followed_it) {
  process_outcome outcome = exited(1, "");
  outcome.processes_exceeded = true;
  expect_end(interpreted(outcome), ending::limit_reached, "limit of 20 processes");
}

TEST(interpret, blames_the_process_limit_for_a_failure_that_the_worker_reports_after_it) {
  record said = good_record();
  said.end = ending::crashed;
  said.reason = "fork: Resource temporarily unavailable";
  process_outcome outcome = reported(said);
  outcome.processes_exceeded = true;
  expect_end(interpreted(outcome), ending::limit_reached, "limit of 20 processes: fork: Resource");
}

TEST(interpret, believes_an_ok_although_a_fork_was_refused_on_the_way) {
  process_outcome outcome = reported(good_record());
  outcome.processes_exceeded = true;
  EXPECT_EQ(interpreted(outcome).end, ending::ok);
}

TEST(interpret, tells_the_signal_and_the_last_words_of_a_crash) {
  record const got = interpreted(killed_by(SIGSEGV, "free(): invalid pointer\n"));
  expect_end(got, ending::crashed, "killed by Segmentation fault: free(): invalid pointer");
  EXPECT_EQ(got.reason.back(), 'r');
}

TEST(interpret, quotes_what_was_printed_before_a_crash_that_the_worker_itself_tells_of) {
  record said = good_record();
  said.end = ending::crashed;
  said.reason = "the program closed descriptor 3";
  process_outcome outcome = reported(said);
  outcome.output = "Traceback\n";
  expect_end(interpreted(outcome), ending::crashed, "the program closed descriptor 3: Traceback");
}

TEST(interpret, tells_the_status_of_an_exit_that_was_not_zero) {
  expect_end(interpreted(exited(127, "")), ending::crashed, "ended with status 127");
}

TEST(interpret, does_not_believe_an_ok_of_a_worker_that_exited_with_a_failure) {
  expect_end(interpreted(exited(1, to_json(good_record()).dump())), ending::crashed, "ended with status 1");
}

TEST(interpret, does_not_believe_an_ok_of_a_worker_that_was_killed) {
  process_outcome outcome = killed_by(SIGABRT);
  outcome.record_text = to_json(good_record()).dump();
  expect_end(interpreted(outcome), ending::crashed, "killed by Aborted");
}

TEST(interpret, does_not_believe_an_ok_written_before_the_time_limit) {
  process_outcome outcome = reported(good_record());
  outcome.timed_out = true;
  expect_end(interpreted(outcome), ending::timed_out, "still running");
}

TEST(interpret, calls_a_record_that_is_missing_garbage_or_cut_off_a_crash) {
  std::string const whole = to_json(good_record()).dump();
  for (std::string const& text : {std::string(), std::string("ok"), whole.substr(0, whole.size() / 2), whole + whole,
                                  std::string("{\"schema\": \"unitcost.record/3\"}")})
    expect_end(interpreted(exited(0, text)), ending::crashed, "its record cannot be read");
}

TEST(interpret, does_not_take_the_record_of_another_case_or_repetition) {
  record other = good_record();
  other.case_name = "spawn/tbb/idle";
  expect_end(interpreted(reported(other)), ending::wrong_result, "its record is of spawn/tbb/idle #3");
  record earlier = good_record();
  earlier.repetition = 2;
  expect_end(interpreted(reported(earlier)), ending::wrong_result, "cores:1 #2");
}

TEST(interpret, does_not_believe_an_ok_that_lost_a_unit) {
  record lying = good_record();
  lying.check->units -= 1;
  expect_end(interpreted(reported(lying)), ending::wrong_result, "differ from the oracle");
}

TEST(interpret, does_not_believe_an_ok_with_a_wrong_checksum) {
  record lying = good_record();
  lying.check->checksum ^= 1;
  expect_end(interpreted(reported(lying)), ending::wrong_result, "differ from the oracle");
}

TEST(interpret, does_not_believe_an_ok_that_left_processes_behind) {
  process_outcome outcome = reported(good_record());
  outcome.left_behind = {4241, 4242};
  expect_end(interpreted(outcome), ending::wrong_result, "left 2 processes behind");
}

TEST(interpret, passes_on_every_end_that_a_worker_itself_typed) {
  for (ending end : {ending::skipped, ending::wrong_result, ending::crashed, ending::timed_out, ending::out_of_memory,
                     ending::limit_reached, ending::deadlocked}) {
    record said = good_record();
    said.end = end;
    said.reason = "as the worker says";
    said.notes = {"after 7 units"};
    record const got = interpreted(reported(said));
    expect_end(got, end, "as the worker says");
    EXPECT_THAT(got.notes, testing::ElementsAre("after 7 units"));
  }
}

record interpreted_externally(process_outcome outcome) {
  outcome.wall_ns = 4241;
  return interpret(outcome, external_case(), repetition, limits);
}

TEST(interpret, of_an_external_program_lets_the_case_read_what_it_wrote_and_know_how_long_it_lived) {
  for (ending end : {ending::ok, ending::skipped, ending::wrong_result}) {
    record const got = interpreted_externally(exited(0, std::string(to_string(end))));
    EXPECT_EQ(got.end, end);
    EXPECT_EQ(got.reason, "4241");
    EXPECT_EQ(got.case_name, "spawn/libfork/idle/cores:1");
    EXPECT_EQ(got.repetition, repetition);
  }
}

TEST(interpret, of_an_external_program_that_wrote_nothing_readable_quotes_what_it_printed) {
  process_outcome silent = exited(0, "");
  silent.output = "what am I to do?\n";
  record const got = interpreted_externally(silent);
  EXPECT_EQ(got.end, ending::crashed);
  EXPECT_EQ(got.reason, "its record cannot be read: nothing was written: what am I to do?");
}

TEST(interpret, does_not_believe_an_external_ok_of_a_program_that_failed_lingered_or_left_processes) {
  EXPECT_EQ(interpreted_externally(exited(3, "ok")).end, ending::crashed);
  process_outcome late = exited(0, "ok");
  late.timed_out = true;
  EXPECT_EQ(interpreted_externally(late).end, ending::timed_out);
  process_outcome untidy = exited(0, "ok");
  untidy.left_behind = {4241};
  EXPECT_EQ(interpreted_externally(untidy).end, ending::wrong_result);
}

}  // namespace
}  // namespace unitcost::harness
