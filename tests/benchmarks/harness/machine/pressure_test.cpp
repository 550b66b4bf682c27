#include "benchmarks/harness/machine/pressure.hpp"

#include <gtest/gtest.h>

#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

TEST(pressure, is_the_total_of_the_line_some_in_nanoseconds) {
  recorded_machine const recorded("v1");
  EXPECT_EQ(pressure::read(recorded.root()).cpu_ns, 176'665'432'000);
}

TEST(pressure, is_nothing_where_the_kernel_has_none) {
  recorded_machine const recorded("v2");
  EXPECT_EQ(pressure::read(recorded.root()).cpu_ns, std::nullopt);
}

TEST(pressure, since_an_earlier_reading_is_what_has_grown) {
  pressure const before{.cpu_ns = 100, .memory_ns = std::nullopt, .io_ns = 7}, after{.cpu_ns = 150, .memory_ns = 5, .io_ns = 7};
  pressure const grown = after.since(before);
  EXPECT_EQ(grown.cpu_ns, 50);
  EXPECT_EQ(grown.memory_ns, std::nullopt);
  EXPECT_EQ(grown.io_ns, 0);
}

}  // namespace
}  // namespace unitcost::harness
