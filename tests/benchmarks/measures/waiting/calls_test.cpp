#include "benchmarks/measures/waiting/calls.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/stream.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

TEST(calls_measure, takes_off_what_starting_and_ending_makes) {
  recorded_measurement recorded;
  report_calls(of_requests_alone({.requests = 1100, .system_calls = 4300, .context_switches = 550},
                                 {.requests = 100, .system_calls = 1300, .context_switches = 50}),
               recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("system_calls_per_request").value, 3);
  EXPECT_DOUBLE_EQ(recorded.metric("context_switches_per_request").value, 0.5);
}

TEST(calls_measure, has_no_number_where_a_longer_run_answered_no_more) {
  EXPECT_THROW(of_requests_alone({.requests = 100}, {.requests = 100}), std::runtime_error);
}

/// A thread's calls, of which each read is preceded by `more` others.
struct calls_with_more {
  int more;

  runtime::transferred read_some(runtime::stream& from, std::span<std::byte> into) const {
    for (int call = 0; call < more; ++call) ::syscall(SYS_getppid);
    return runtime::read_some(from.descriptor(), into);
  }
  runtime::transferred write_some(runtime::stream& to, std::span<std::byte const> from) const {
    return runtime::write_some(to.descriptor(), from);
  }
};

/// What is seen of a server of threads that block, each of which makes so many calls more a request than it needs.
/// None where the machine is so busy that no more are answered in a longer time.
std::optional<counted_run> seen_with(int more) {
  recorded_measurement recorded(2);
  auto const serve = [more](echo_service& service, placement const&) {
    std::vector<std::jthread> units;
    for (unsigned unit = 0; unit < service.what.connections; ++unit)
      units.emplace_back([&service, unit, more] {
        workloads::converse(calls_with_more{more}, service.opener_for(unit), service.part_of(unit),
                            service.units[unit].done, service.observer_for(unit));
      });
  };
  try {
    counted_run const counted = count_calls({.connections = 4, .bytes = 64}, false, recorded.given, serve);
    EXPECT_TRUE(recorded.check_holds());
    return counted;
  } catch (harness::not_stable const&) {
    return {};
  }
}

/// What starting and ending four threads takes differs from run to run by some tens of calls: a futex, a malloc arena.
constexpr std::int64_t most_of_starting = 100;
/// So that one call more or less a request is four times what two runs can differ by.
constexpr std::int64_t fewest_requests = 4 * most_of_starting;

TEST(calls_measure, sees_a_read_and_a_write_and_what_else_a_unit_calls) {
  if (recorded_measurement(2).given.settings().cpus.size() < 2) GTEST_SKIP() << "server and clients need a CPU each";
  if (auto const why = harness::event_counter::why_not(); !why.empty()) GTEST_SKIP() << why;
  for (int const more : {0, 5}) {
    std::optional<counted_run> const seen = seen_with(more);
    if (!seen || seen->requests < fewest_requests) GTEST_SKIP() << "so busy a machine answers too few requests to tell";
    EXPECT_NEAR(static_cast<double>(seen->system_calls), static_cast<double>((2 + more) * seen->requests),
                static_cast<double>(most_of_starting))
        << seen->requests << " requests, " << more << " calls more each";
  }
}

}  // namespace
}  // namespace unitcost::measures
