#include "benchmarks/measures/contenders/contender_switch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace unitcost::measures {
namespace {

using testing::HasSubstr;

constexpr std::int64_t ring_life_ns = 10'000;

/// Four rounds of 64 units.
constexpr harness::work_facts whole_rounds{.units = 256, .checksum = 0, .runs = 4, .elapsed_ns = 5120};

TEST(contender_switch, is_the_time_over_the_hand_overs) {
  harness::record out;
  EXPECT_EQ(complete_by_rounds(64, whole_rounds, ring_life_ns, out), "");
  ASSERT_EQ(out.metrics.size(), 1u);
  EXPECT_EQ(out.metrics[0].name, "switch_ns");
  EXPECT_EQ(out.metrics[0].value, 20);
  EXPECT_EQ(out.metrics[0].samples, 256u);
}

TEST(contender_switch, is_wrong_where_a_hand_over_is_missing_or_out_of_turn) {
  harness::record lost, astray;
  auto facts = whole_rounds;
  facts.units = 255;
  EXPECT_THAT(complete_by_rounds(64, facts, ring_life_ns, lost), HasSubstr("255 units where 256 were due"));
  facts = whole_rounds;
  facts.checksum = 1;
  EXPECT_THAT(complete_by_rounds(64, facts, ring_life_ns, astray), HasSubstr("checksum"));
}

TEST(contender_switch, is_wrong_where_rounds_are_so_many_that_their_hand_overs_are_none) {
  harness::record out;
  harness::work_facts const huge{.units = 0, .checksum = 0, .runs = std::uint64_t{1} << 63, .elapsed_ns = 5120};
  EXPECT_THAT(complete_by_rounds(2, huge, ring_life_ns, out), HasSubstr("9223372036854775808 times"));
  EXPECT_TRUE(out.metrics.empty());
}

TEST(contender_switch, is_wrong_where_the_time_cannot_be) {
  harness::record longer, none;
  EXPECT_THAT(complete_by_rounds(64, whole_rounds, 5000, longer), HasSubstr("lived for"));
  EXPECT_THAT(complete_by_rounds(64, {}, ring_life_ns, none), HasSubstr("0 times"));
}

TEST(contender_switch, has_the_rings_of_each_way_and_those_over_two_cores_where_the_kernel_wakes) {
  harness::registry all(
      {.workers = {1}, .contenders = {{"mine", "./mine", "mine", {{"switch", {"yield", "condition_variable"}}}}}});
  add_contender_switch(all);
  EXPECT_EQ(all.cases().size(), 9u);
  EXPECT_TRUE(all.find("switch/mine/idle/by:yield/cores:1/units:2")->headline);
  EXPECT_FALSE(all.find("switch/mine/idle/by:condition_variable/cores:1/units:2")->headline);
  EXPECT_NE(all.find("switch/mine/idle/by:condition_variable/cores:2/units:64"), nullptr);
  EXPECT_EQ(all.find("switch/mine/idle/by:yield/cores:2/units:64"), nullptr);
}

}  // namespace
}  // namespace unitcost::measures
