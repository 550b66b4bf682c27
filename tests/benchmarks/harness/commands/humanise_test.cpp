#include "benchmarks/harness/commands/humanise.hpp"

#include <gtest/gtest.h>

namespace unitcost::harness {
namespace {

TEST(humanise, scales_bytes_by_1024) {
  EXPECT_EQ(humanise(512, "bytes"), "512 B");
  EXPECT_EQ(humanise(36'557, "bytes"), "35.7 KiB");
  EXPECT_EQ(humanise(8 << 20, "bytes"), "8.00 MiB");
  EXPECT_EQ(humanise(3.5 * (1 << 30), "bytes"), "3.50 GiB");
}

TEST(humanise, scales_times_and_rates_by_1000) {
  EXPECT_EQ(humanise(0.25, "ns"), "0.25 ns");
  EXPECT_EQ(humanise(1'240, "ns"), "1.24 us");
  EXPECT_EQ(humanise(12'400'000, "ns"), "12.4 ms");
  EXPECT_EQ(humanise(2e9, "ns"), "2.00 s");
  EXPECT_EQ(humanise(3'100'000, "1/s"), "3.10 M/s");
  EXPECT_EQ(humanise(7, "1/s"), "7.00 /s");
  EXPECT_EQ(humanise(1.24e9, "bytes/s"), "1.24 GB/s");
}

TEST(humanise, leaves_a_plain_number_without_a_unit) {
  EXPECT_EQ(humanise(1.95, "1"), "1.95");
  EXPECT_EQ(humanise(123, "1"), "123");
}

TEST(humanise, scales_what_is_below_zero_as_what_is_above) { EXPECT_EQ(humanise(-36'557, "bytes"), "-35.7 KiB"); }

TEST(humanise, shows_three_digits_of_what_rounds_up_to_one_more) {
  EXPECT_EQ(humanise(9.996, "ns"), "10.0 ns");
  EXPECT_EQ(humanise(99.96, "ns"), "100 ns");
  EXPECT_EQ(humanise(999.6, "ns"), "1.00 us");
}

TEST(humanise_interval, keeps_to_the_unit_of_its_value) {
  EXPECT_EQ(humanise_interval({900, 1'300}, 1'240, "ns"), "[0.90, 1.30]");
}

}  // namespace
}  // namespace unitcost::harness
