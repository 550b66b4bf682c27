#include "benchmarks/harness/supervision/worker.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

#include "benchmarks/harness/commands/commands.hpp"
#include "benchmarks/harness/supervision/ended_as.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/harness/supervision/supervised_process.hpp"
#include "impl/model.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "tests/benchmarks/harness/sample_case.hpp"
#include "tests/benchmarks/harness/sample_record.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::harness {
namespace {

using testing::HasSubstr;

worker_order sample_order() {
  return {sample_case().name(), profile::standard, 5, 77, 1u << 30, usable_cpus({}), {1, 2}, 8};
}

record run(std::function<void(measurement&)> action) {
  return run_case(case_that_runs(std::move(action)), sample_order());
}

template <class Error>
record run_that_throws(Error const& error) {
  return run([&error](measurement&) { throw error; });
}

TEST(run_case, returns_the_record_of_the_case_it_was_ordered_to_run) {
  benchmark_case one = case_that_runs([](measurement& given) {
    given.report(sample_metric(), "clock");
    given.check(3, 3, 9, 9);
  });
  one.headline = true;
  record const got = run_case(one, sample_order());
  EXPECT_EQ(got.case_name, one.name());
  EXPECT_EQ(got.measure, "spawn");
  EXPECT_EQ(got.model, "std_thread");
  EXPECT_EQ(got.workload, "idle");
  EXPECT_EQ(got.parameters, parameters_of("cores:1"));
  EXPECT_EQ(got.repetition, 5u);
  EXPECT_TRUE(got.headline);
  EXPECT_EQ(got.end, ending::ok);
  EXPECT_EQ(got.metrics.size(), 1u);
  EXPECT_TRUE(got.check->holds());
}

TEST(run_case, hands_the_order_to_the_measure) {
  measurement_settings seen;
  run([&seen](measurement& given) { seen = given.settings(); });
  EXPECT_EQ(seen.which, profile::standard);
  EXPECT_EQ(seen.repetition, 5u);
  EXPECT_EQ(seen.seed, 77u);
  EXPECT_EQ(seen.memory_limit_bytes, 1u << 30);
  EXPECT_EQ(seen.cpus, usable_cpus({}));
  EXPECT_EQ(seen.time_limit_s, 8);
}

TEST(run_case, leaves_a_measure_that_waited_in_vain_twice_half_of_its_time) {
  run([](measurement& given) { EXPECT_EQ(2 * given.patience_ns(), 4'000'000'000); });
}

TEST(run_case, skips_with_the_reason_what_a_model_does_not_support) {
  record const got = run_that_throws(not_supported("no fork here"));
  EXPECT_EQ(got.end, ending::skipped);
  EXPECT_EQ(got.reason, "no fork here");
}

TEST(run_case, calls_a_limit_a_limit) {
  record const got = run_that_throws(limit_reached("RLIMIT_NPROC = 0"));
  EXPECT_EQ(got.end, ending::limit_reached);
  EXPECT_EQ(got.reason, "RLIMIT_NPROC = 0");
}

TEST(run_case, calls_unstable_what_the_measure_itself_does_not_stand_by) {
  record const got = run_that_throws(not_stable("generator behind"));
  EXPECT_EQ(got.end, ending::unstable);
  EXPECT_EQ(got.reason, "generator behind");
}

TEST(run_case, calls_a_lost_unit_a_wrong_result_whatever_the_measure_thinks_of_its_numbers) {
  record const got = run([](measurement& given) {
    given.check(2, 3, 9, 9);
    throw not_stable("generator behind");
  });
  EXPECT_EQ(got.end, ending::wrong_result);
  EXPECT_THAT(got.reason, HasSubstr("2 units where 3 were due"));
}

TEST(run_case, calls_a_failed_allocation_out_of_memory) {
  EXPECT_EQ(run_that_throws(std::bad_alloc()).end, ending::out_of_memory);
}

TEST(run_case, ends_as_what_is_thrown_says_it_ended) {
  for (ending end : {ending::limit_reached, ending::wrong_result, ending::out_of_memory}) {
    record const got = run_that_throws(ended_as(end, "as the program said"));
    EXPECT_EQ(got.end, end);
    EXPECT_EQ(got.reason, "as the program said");
  }
}

TEST(run_case, calls_any_other_exception_a_crash) {
  record const got = run_that_throws(std::runtime_error("planted"));
  EXPECT_EQ(got.end, ending::crashed);
  EXPECT_EQ(got.reason, "planted");
}

TEST(run_case, calls_a_crash_what_is_thrown_and_is_no_exception) {
  record const got = run_that_throws(42);
  EXPECT_EQ(got.end, ending::crashed);
  EXPECT_THAT(got.reason, HasSubstr("no std::exception"));
}

TEST(run_case, skips_where_the_cpus_of_the_run_are_not_available) {
  worker_order order = sample_order();
  order.cpus = {CPU_SETSIZE - 1};
  record const got = run_case(case_that_runs([](measurement&) { FAIL() << "ran"; }), order);
  EXPECT_EQ(got.end, ending::skipped);
  EXPECT_THAT(got.reason, HasSubstr("--cpus"));
}

TEST(run_case, calls_a_lost_unit_a_wrong_result_and_counts) {
  record const got = run([](measurement& given) { given.check(2, 3, 9, 9); });
  EXPECT_EQ(got.end, ending::wrong_result);
  EXPECT_THAT(got.reason, HasSubstr("2 units where 3 were due"));
}

TEST(run_case, calls_a_wrong_checksum_a_wrong_result) {
  EXPECT_EQ(run([](measurement& given) { given.check(3, 3, 8, 9); }).end, ending::wrong_result);
}

TEST(run_case, notices_a_child_left_behind) {
  pid_t child = -1;
  record const got = run([&child](measurement&) {
    child = ::fork();
    if (child == 0) {
      ::pause();
      ::_exit(0);
    }
  });
  EXPECT_EQ(got.end, ending::wrong_result);
  EXPECT_EQ(got.reason, "left 1 child processes behind");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST(run_case, notices_a_descriptor_left_behind) {
  runtime::owned_descriptor kept;
  record const got =
      run([&kept](measurement&) { kept = runtime::owned_descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); });
  EXPECT_EQ(got.end, ending::wrong_result);
  EXPECT_EQ(got.reason, "left 1 descriptors behind");
}

TEST(run_case, notices_more_threads_left_behind_than_onetbb_may_keep) {
  runtime::pipe_ends until = runtime::open_pipe();
  std::vector<std::thread> kept;
  record const got = run([&](measurement&) {
    for (unsigned made = 0; made <= std::thread::hardware_concurrency(); ++made)
      kept.emplace_back([&until] {
        char word = 0;
        (void)!::read(until.reading.get(), &word, 1);
      });
  });
  EXPECT_EQ(got.end, ending::wrong_result);
  EXPECT_THAT(got.reason, HasSubstr("threads behind"));
  until.writing.reset();
  for (std::thread& one : kept) one.join();
}

TEST(run_case, notices_heap_left_behind) {
  if (replaces_the_allocator) GTEST_SKIP() << "a sanitizer's allocator keeps no account that mallinfo2 reads";
  std::vector<char> kept;
  record const got = run([&kept](measurement&) { kept.resize(32u << 20); });
  EXPECT_EQ(got.end, ending::wrong_result);
  EXPECT_THAT(got.reason, HasSubstr("heap bytes behind"));
}

TEST(run_case, does_not_mind_a_unit_that_is_joined_in_time) {
  record const got = run([](measurement&) { std::thread([] {}).join(); });
  EXPECT_EQ(got.end, ending::ok);
  EXPECT_EQ(got.reason, "");
}

TEST(worker_main, refuses_a_case_that_is_not_registered_and_names_it) {
  registry const none({});
  testing::internal::CaptureStderr();
  EXPECT_EQ(worker_main(none, sample_order()), 2);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("spawn/std_thread/idle/cores:1"));
}

TEST(worker_main, writes_the_record_to_its_descriptor_and_exits_well) {
  registry all({});
  all.add(case_that_runs([](measurement& given) { given.check(3, 3, 9, 9); }));
  runtime::pipe_ends ends = runtime::open_pipe();
  pid_t const worker = ::fork();
  if (worker == 0) {
    ::dup2(ends.writing.get(), record_descriptor);
    ::_exit(worker_main(all, sample_order()));
  }
  ends.writing.reset();
  std::string text;
  char chunk[4096];
  for (ssize_t got = 0; (got = ::read(ends.reading.get(), chunk, sizeof chunk)) > 0;)
    text.append(chunk, static_cast<std::size_t>(got));
  int status = -1;
  ::waitpid(worker, &status, 0);
  EXPECT_EQ(status, 0);
  record const got = record_from_json(json::parse(text));
  EXPECT_EQ(got.end, ending::ok);
  EXPECT_EQ(got.repetition, 5u);
}

}  // namespace
}  // namespace unitcost::harness
