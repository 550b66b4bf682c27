#include "benchmarks/measures/units/footprint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "impl/serial/serial.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(footprint_steps, are_five_equal_ones_up_to_the_models_count) {
  EXPECT_THAT(footprint_steps(1000, 0), ElementsAre(200, 400, 600, 800, 1000));
}

TEST(footprint_steps, ascend_even_where_there_are_fewer_units_than_steps) {
  for (std::uint64_t count = 0; count <= 20; ++count) {
    auto const steps = footprint_steps(count, 0);
    ASSERT_EQ(steps.size(), 5u);
    EXPECT_GE(steps.front(), 1u);
    EXPECT_EQ(std::ranges::adjacent_find(steps, std::greater_equal{}), steps.end()) << count << " units";
  }
}

TEST(footprint_steps, are_bounded_so_that_256_MiB_are_touched) {
  EXPECT_EQ(footprint_steps(1'000'000, 64u << 10).back(), 4096u);
  EXPECT_EQ(footprint_steps(1'000'000, 256u << 10).back(), 1024u);
}

TEST(footprint_steps, are_not_bounded_by_touching_where_the_model_asks_for_less) {
  EXPECT_EQ(footprint_steps(100, 256u << 10), footprint_steps(100, 0));
}

/// N units of 1000 user bytes, 200 kernel bytes and 8 KiB of address space each, over what was there before.
std::vector<footprint_reading> scripted_readings() {
  std::vector<footprint_reading> readings;
  for (std::uint64_t units : {10u, 20u, 30u, 40u, 50u})
    readings.push_back(
        {units, 1'000'000 + units * 8192, {5000 + units * 1000, 700 + units * 200, 0, 5700 + units * 1200}});
  return readings;
}

TEST(slope_of, is_bytes_per_unit_without_what_is_taken_once) {
  auto const fit = slope_of(scripted_readings(), [](footprint_reading const& one) { return one.memory.user_bytes; });
  EXPECT_NEAR(fit.slope, 1000, 1e-6);
  EXPECT_NEAR(fit.intercept, 5000, 1e-3);
  EXPECT_NEAR(fit.slope_high - fit.slope_low, 0, 1e-6);
}

TEST(slope_of, has_an_interval_that_contains_the_truth_when_a_reading_is_off) {
  auto readings = scripted_readings();
  readings[2].memory.user_bytes += 400;
  readings[4].memory.user_bytes += 400;
  auto const fit = slope_of(readings, [](footprint_reading const& one) { return one.memory.user_bytes; });
  EXPECT_GT(fit.slope, 1000);
  EXPECT_LT(fit.slope_low, 1000);
  EXPECT_GT(fit.slope_high, fit.slope);
}

TEST(report_footprint, gives_four_columns_with_their_fits) {
  recorded_measurement recorded;
  report_footprint(scripted_readings(), "a scripted account", recorded.given);
  std::vector<std::pair<char const*, double>> const expected{{"resident_bytes_per_unit", 1000},
                                                             {"kernel_bytes_per_unit", 200},
                                                             {"total_bytes_per_unit", 1200},
                                                             {"reserved_bytes_per_unit", 8192}};
  ASSERT_EQ(recorded.out.metrics.size(), expected.size());
  for (auto const& [name, bytes] : expected) {
    auto const& column = recorded.metric(name);
    EXPECT_NEAR(column.value, bytes, 1e-6) << name;
    EXPECT_NEAR(column.fit_low.value(), bytes, 1e-6) << name;
    EXPECT_NEAR(column.fit_high.value(), bytes, 1e-6) << name;
    EXPECT_EQ(column.unit, "bytes") << name;
    EXPECT_EQ(column.better, harness::direction::smaller) << name;
    EXPECT_EQ(column.samples, 5u) << name;
  }
}

TEST(report_footprint, names_the_account_of_memory_and_of_address_space) {
  recorded_measurement recorded;
  report_footprint(scripted_readings(), "a scripted account", recorded.given);
  EXPECT_EQ(recorded.out.sources.at("total_bytes_per_unit"), "a scripted account");
  EXPECT_THAT(recorded.out.sources.at("reserved_bytes_per_unit"), HasSubstr("VmSize"));
}

TEST(report_footprint, keeps_address_space_out_of_the_answer_table) {
  recorded_measurement recorded;
  report_footprint(scripted_readings(), "", recorded.given);
  EXPECT_FALSE(recorded.metric("reserved_bytes_per_unit").headline);
  EXPECT_TRUE(recorded.metric("total_bytes_per_unit").headline);
}

TEST(report_footprint, keeps_every_reading_as_a_curve) {
  recorded_measurement recorded;
  report_footprint(scripted_readings(), "", recorded.given);
  ASSERT_EQ(recorded.out.curves.size(), 1u);
  EXPECT_THAT(recorded.out.curves.front().points,
              ElementsAre(std::pair{10.0, 17'700.0}, std::pair{20.0, 29'700.0}, std::pair{30.0, 41'700.0},
                          std::pair{40.0, 53'700.0}, std::pair{50.0, 65'700.0}));
}

TEST(report_frames, tells_a_units_frame_and_what_it_takes_beyond) {
  recorded_measurement recorded;
  report_frames(1184, scripted_readings(), recorded.given);
  EXPECT_EQ(recorded.metric("frame_bytes").value, 1184);
  EXPECT_NEAR(recorded.metric("beyond_frame_bytes").value, 16, 1e-6);
  EXPECT_EQ(recorded.metric("beyond_frame_bytes").derived_from, "total_bytes_per_unit");
}

/// A model of which many units fit into memory; of the other, few do.
struct few_fit : models::serial {
  static constexpr std::string_view name = "few_fit";
  static constexpr std::uint64_t idle_unit_count = 10;
};
struct many_fit : few_fit {
  static constexpr std::string_view name = "many_fit";
  static constexpr std::uint64_t many_idle_units = 5000;
};

TEST(add_footprint_cases, keep_as_many_units_alive_as_a_model_is_known_for_in_full_only) {
  harness::registry all({{1, 2}});
  add_footprint_cases<few_fit>(all);
  add_footprint_cases<many_fit>(all);
  EXPECT_EQ(all.find("footprint/few_fit/idle/touch:0/units:5000"), nullptr);
  auto const* const many = all.find("footprint/many_fit/idle/touch:0/units:5000");
  ASSERT_NE(many, nullptr);
  EXPECT_EQ(many->least, harness::profile::full);
}

/// Idle units that do nothing but arrive: one of them perhaps never, one perhaps twice.
struct scripted_idle {
  unit_arrivals& arrivals;
  std::uint64_t lost, repeated;
  std::vector<std::uint64_t> grown_to{};

  static constexpr std::uint64_t none = ~std::uint64_t{0};
  void grow_to(std::uint64_t count) {
    for (std::uint64_t unit = grown_to.empty() ? 0 : grown_to.back(); unit < count; ++unit) {
      if (unit != lost) arrivals.arrive(unit);
      if (unit == repeated) arrivals.arrive(unit);
    }
    grown_to.push_back(count);
  }
  std::vector<int> process_ids() const { return {}; }
};

/// On a machine whose memory never changes: a recorded one.
class growing : public ::testing::Test {
 protected:
  std::vector<footprint_reading> grow(scripted_idle& units) {
    auto const still = harness::memory_account::of_the_machine(std::filesystem::path(UNITCOST_TEST_DATA) / "v1");
    return grow_and_read(units, arrivals_, {2, 4, 6, 8, 10}, still, recorded_.given);
  }
  unit_arrivals arrivals_;
  recorded_measurement recorded_;
};

TEST_F(growing, reads_once_at_each_step) {
  scripted_idle units{arrivals_, scripted_idle::none, scripted_idle::none};
  auto const readings = grow(units);
  EXPECT_THAT(units.grown_to, ElementsAre(2, 4, 6, 8, 10));
  ASSERT_EQ(readings.size(), 5u);
  for (std::size_t step = 0; step < 5; ++step) EXPECT_EQ(readings[step].units, units.grown_to[step]);
  EXPECT_GT(readings.front().reserved_bytes, 0u);
  EXPECT_TRUE(recorded_.check_holds());
}

TEST_F(growing, units_of_which_one_never_arrives_fails_the_check) {
  scripted_idle units{arrivals_, 7, scripted_idle::none};
  grow(units);
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(growing, units_of_which_one_arrives_twice_fails_the_check) {
  scripted_idle units{arrivals_, scripted_idle::none, 7};
  grow(units);
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(growing, units_of_which_one_arrives_in_place_of_another_fails_the_check) {
  scripted_idle units{arrivals_, 3, 7};
  grow(units);
  EXPECT_FALSE(recorded_.check_holds());
}

footprint_reading with_total(std::uint64_t units, std::uint64_t total_bytes) {
  return {units, 0, {.user_bytes = total_bytes, .kernel_bytes = 0, .total_bytes = total_bytes}};
}

TEST(next_toward_limit, doubles_while_there_is_room) {
  EXPECT_EQ(next_toward_limit({with_total(0, 100), with_total(10, 1'100)}, 1'000, 1'000'000), 20u);
}

TEST(next_toward_limit, takes_what_fits_where_twice_as_many_would_not) {
  EXPECT_EQ(next_toward_limit({with_total(0, 100), with_total(10, 1'100)}, 1'000, 1'500), 15u);
}

TEST(next_toward_limit, stays_where_no_more_fit) {
  EXPECT_EQ(next_toward_limit({with_total(0, 100), with_total(10, 1'100)}, 1'000, 900), 10u);
}

TEST(next_toward_limit, never_exceeds_what_the_model_declares) {
  EXPECT_EQ(next_toward_limit({with_total(0, 100), with_total(10, 1'100)}, 12, 1'000'000), 12u);
}

TEST(report_footprint_limit, counts_the_units_and_says_why_it_ended) {
  recorded_measurement recorded;
  unit_arrivals arrivals;
  for (std::uint64_t unit = 0; unit < 12; ++unit) arrivals.arrive(unit);
  report_footprint_limit({with_total(0, 100), with_total(10, 1'100)}, arrivals, "no room", "a source", recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("units_alive").value, 12);
  EXPECT_THAT(recorded.out.notes, ::testing::Contains(::testing::HasSubstr("ended at 12 units: no room")));
}

TEST(report_footprint_limit, fails_the_check_when_fewer_arrived_than_were_read) {
  recorded_measurement recorded;
  unit_arrivals arrivals;
  for (std::uint64_t unit = 0; unit < 9; ++unit) arrivals.arrive(unit);
  report_footprint_limit({with_total(0, 100), with_total(10, 1'100)}, arrivals, "no room", "a source", recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

}  // namespace
}  // namespace unitcost::measures
