#include "benchmarks/harness/records/parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace unitcost::harness {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(parameters_of, keeps_the_order_of_the_label) {
  EXPECT_THAT(parameters_of("z:1/a:2"), ElementsAre(Pair("z", "1"), Pair("a", "2")));
}

TEST(parameters_of, keeps_colons_within_a_value) {
  EXPECT_THAT(parameters_of("address:1:2"), ElementsAre(Pair("address", "1:2")));
}

TEST(parameters_of, passes_over_parts_without_a_colon) {
  EXPECT_THAT(parameters_of("plain/units:2//"), ElementsAre(Pair("units", "2")));
}

TEST(parameters_as_json, are_numbers_where_they_are_whole_numbers_and_text_where_not) {
  EXPECT_EQ(to_json(parameters_of("workers:2/offset:-3/stack:16KiB/ratio:0.5")).dump(),
            R"({"workers":2,"offset":-3,"stack":"16KiB","ratio":"0.5"})");
}

TEST(parameters_as_json, are_text_where_a_number_is_beyond_64_bits) {
  EXPECT_EQ(to_json(parameters_of("seed:99999999999999999999")).dump(), R"({"seed":"99999999999999999999"})");
}

TEST(parameters_as_json, are_an_empty_object_for_no_label) { EXPECT_EQ(to_json(parameters_of("")).dump(), "{}"); }

TEST(parameters_from_json, are_those_of_the_label) {
  auto const all = parameters_of("workers:2/offset:-3/stack:16KiB/ratio:0.5/seed:99999999999999999999");
  EXPECT_EQ(parameters_from_json(to_json(all)), all);
}

TEST(parameters_from_json, refuse_what_no_label_spells) {
  EXPECT_THROW(parameters_from_json({{"units", {64, 128}}}), nlohmann::json::exception);
}

}  // namespace
}  // namespace unitcost::harness
