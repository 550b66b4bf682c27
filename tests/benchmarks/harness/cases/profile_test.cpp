#include "benchmarks/harness/cases/profile.hpp"

#include <gtest/gtest.h>

namespace unitcost::harness {
namespace {

TEST(profile, is_found_by_its_name) {
  for (profile which : {profile::quick, profile::standard, profile::full})
    EXPECT_EQ(parse_profile(limits_of(which).name), which);
}

TEST(profile, is_none_for_a_name_that_is_misspelt) {
  EXPECT_EQ(parse_profile("Quick"), std::nullopt);
  EXPECT_EQ(parse_profile("quic"), std::nullopt);
  EXPECT_EQ(parse_profile(""), std::nullopt);
}

TEST(profile, measures_more_from_one_to_the_next) {
  EXPECT_LT(profile::quick, profile::standard);
  EXPECT_LT(profile::standard, profile::full);
  auto const quick = limits_of(profile::quick), standard = limits_of(profile::standard),
             full = limits_of(profile::full);
  EXPECT_LT(quick.repetitions, standard.repetitions);
  EXPECT_LT(standard.repetitions, full.repetitions);
  EXPECT_LT(quick.measuring_s, standard.measuring_s);
  EXPECT_LT(standard.measuring_s, full.measuring_s);
}

TEST(profile, repeats_often_enough_for_an_interval_of_the_median) {
  EXPECT_GE(limits_of(profile::quick).repetitions, 6u);
}

TEST(profile, bounds_the_time_of_all_but_the_full_one) {
  EXPECT_EQ(limits_of(profile::quick).total_s, 120);
  EXPECT_EQ(limits_of(profile::standard).total_s, 45 * 60);
  EXPECT_EQ(limits_of(profile::full).total_s, std::nullopt);
}

}  // namespace
}  // namespace unitcost::harness
