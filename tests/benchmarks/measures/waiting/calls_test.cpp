#include "benchmarks/measures/waiting/calls.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
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

/// A request of a server of threads that block, each of which makes so many calls more than it needs.
double calls_seen_with(int more) {
  recorded_measurement recorded(2);
  auto const serve = [more](echo_service& service, placement const&) {
    std::vector<std::jthread> units;
    for (unsigned unit = 0; unit < service.what.connections; ++unit)
      units.emplace_back([&service, unit, more] {
        workloads::converse(calls_with_more{more}, service.opener_for(unit), service.part_of(unit),
                            service.units[unit].done, service.observer_for(unit));
      });
  };
  counted_run const counted = count_calls({.connections = 4, .bytes = 64}, false, recorded.given, serve);
  EXPECT_TRUE(recorded.check_holds());
  return static_cast<double>(counted.system_calls) / static_cast<double>(counted.requests);
}

TEST(calls_measure, sees_a_read_and_a_write_and_what_else_a_unit_calls) {
  if (recorded_measurement(2).given.settings().cpus.size() < 2) GTEST_SKIP() << "server and clients need a CPU each";
  if (auto const why = harness::event_counter::why_not(); !why.empty()) GTEST_SKIP() << why;
  EXPECT_NEAR(calls_seen_with(0), 2, 0.05);
  EXPECT_NEAR(calls_seen_with(5), 7, 0.05);
}

}  // namespace
}  // namespace unitcost::measures
