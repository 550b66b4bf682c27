#include "benchmarks/measures/units/switch.hpp"

#include <gtest/gtest.h>

#include "impl/serial/serial.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

/// A model whose hand-overs take 100 ns each by its own account, and which can miscount.
struct scripted_ring : models::serial {
  inline static std::uint64_t lost = 0, out_of_order = 0;

  static ring_outcome run_ring(options const&, placement const&, ring_shape const& ring) {
    std::uint64_t const switches = ring.units * ring.rounds;
    return {switches - lost, out_of_order, static_cast<std::int64_t>(switches * 100)};
  }
};

class switch_of : public ::testing::Test {
 protected:
  void run_under(std::uint64_t lost, std::uint64_t out_of_order, unsigned units = 2) {
    scripted_ring::lost = lost;
    scripted_ring::out_of_order = out_of_order;
    measure_switch<scripted_ring>({}, {.units = units}, 1, recorded_.given);
  }
  recorded_measurement recorded_;
};

TEST_F(switch_of, a_ring_is_its_time_over_its_hand_overs) {
  run_under(0, 0);
  auto const& metric = recorded_.metric("switch_ns");
  EXPECT_NEAR(metric.value, 100, 0.1);
  EXPECT_EQ(metric.unit, "ns");
  EXPECT_EQ(metric.better, harness::direction::smaller);
  EXPECT_TRUE(metric.headline);
  EXPECT_TRUE(recorded_.check_holds());
}

TEST_F(switch_of, a_ring_of_more_units_than_asked_switches_counts_whole_rounds_only) {
  run_under(0, 0, 1000);
  EXPECT_NEAR(recorded_.metric("switch_ns").value, 100, 0.1);
}

TEST_F(switch_of, a_ring_that_loses_a_hand_over_fails_the_check) {
  run_under(1, 0);
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(switch_of, a_ring_that_hands_the_token_to_the_wrong_unit_fails_the_check) {
  run_under(0, 1);
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(switch_of, two_cores_is_not_supported_where_the_run_may_use_one) {
  EXPECT_THROW(measure_switch<scripted_ring>({}, {}, 2, recorded_.given), not_supported);
}

/// A model with these ways to hand over.
template <handover... By>
struct hands_over : models::serial {
  static constexpr std::string_view name = "hands_over";
  static std::vector<handover> handovers() { return {By...}; }
};

TEST(add_switch_cases, skip_with_a_reason_what_one_worker_does_on_two_cores) {
  harness::registry all({{1, 2}});
  add_switch_cases<hands_over<handover::futex, handover::yield>>(all);
  ASSERT_EQ(all.cases().size(), 12u);
  for (auto const& one : all.cases()) {
    bool const impossible = one.label.starts_with("by:yield/cores:2");
    EXPECT_EQ(!one.skip_reason.empty(), impossible) << one.name();
  }
}

TEST(add_switch_cases, skip_with_a_reason_a_model_that_has_no_way) {
  harness::registry all({{1, 2}});
  add_switch_cases<models::serial>(all);
  ASSERT_EQ(all.cases().size(), 1u);
  EXPECT_EQ(all.cases().front().skip_reason, "serial has no units that could hand over to each other");
}

TEST(add_switch_cases, let_every_way_of_the_kernel_cross_cores) {
  for (handover by : {handover::futex, handover::condition_variable, handover::pipe, handover::eventfd})
    EXPECT_TRUE(by_the_kernel(by)) << to_string(by);
  for (handover by : {handover::yield, handover::transfer, handover::resume, handover::bare, handover::bare_inline})
    EXPECT_FALSE(by_the_kernel(by)) << to_string(by);
}

TEST(add_switch_cases, make_the_first_way_of_two_units_on_one_core_the_only_headline) {
  harness::registry all({{1, 2}});
  add_switch_cases<hands_over<handover::pipe, handover::eventfd>>(all);
  for (auto const& one : all.cases()) EXPECT_EQ(one.headline, one.label == "by:pipe/cores:1/units:2") << one.name();
}

}  // namespace
}  // namespace unitcost::measures
