#include "benchmarks/harness/supervision/worker_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

namespace unitcost::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();

worker_order round_trip(worker_order const& order) {
  auto const arguments = arguments_of(order);
  return parse_worker_order({arguments.begin() + 2, arguments.end()});
}

TEST(worker_order, starts_the_running_binary_as_a_worker) {
  auto const arguments = arguments_of({});
  ASSERT_GE(arguments.size(), 2u);
  EXPECT_EQ(arguments[0], "/proc/self/exe");
  EXPECT_EQ(arguments[1], "worker");
}

TEST(worker_order, comes_back_from_its_arguments_with_every_field) {
  worker_order const back = round_trip(
      {"switch/tbb/idle/by:\"futex\"", profile::standard, 4, greatest, greatest - 1, {3, 1}, {1, 2, 8}, 2.5});
  EXPECT_EQ(back.case_name, "switch/tbb/idle/by:\"futex\"");
  EXPECT_EQ(back.which, profile::standard);
  EXPECT_EQ(back.repetition, 4u);
  EXPECT_EQ(back.seed, greatest);
  EXPECT_EQ(back.memory_limit_bytes, greatest - 1);
  EXPECT_THAT(back.cpus, ElementsAre(3, 1));
  EXPECT_THAT(back.workers, ElementsAre(1, 2, 8));
  EXPECT_EQ(back.time_limit_s, 2.5);
}

TEST(worker_order, comes_back_with_the_contender_whose_case_it_is) {
  worker_order const back = round_trip({.case_name = {},
                                        .cpus = {},
                                        .workers = {},
                                        .contenders = {{.name = "mine",
                                                        .command = "./mine --quiet",
                                                        .about = "mine 1.0",
                                                        .measures = {{"footprint", {"thread", "process"}}}}}});
  ASSERT_EQ(back.contenders.size(), 1u);
  EXPECT_EQ(back.contenders[0].name, "mine");
  EXPECT_EQ(back.contenders[0].command, "./mine --quiet");
  EXPECT_EQ(back.contenders[0].about, "mine 1.0");
  EXPECT_TRUE(back.contenders[0].offers("footprint", "process"));
  EXPECT_THAT(round_trip({}).contenders, IsEmpty());
}

TEST(worker_order, may_name_no_cpus_and_no_workers) {
  worker_order const back = round_trip({});
  EXPECT_THAT(back.cpus, IsEmpty());
  EXPECT_THAT(back.workers, IsEmpty());
}

TEST(worker_order, of_no_or_two_arguments_is_refused) {
  EXPECT_THROW(parse_worker_order({}), std::invalid_argument);
  EXPECT_THROW(parse_worker_order({"{}", "{}"}), std::invalid_argument);
}

TEST(worker_order, that_is_not_json_is_refused) {
  EXPECT_THAT([] { parse_worker_order({"spawn/tbb/idle"}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("not an order")));
}

TEST(worker_order, without_a_key_is_refused_and_names_it) {
  EXPECT_THAT([] { parse_worker_order({R"({"profile": "quick", "case": "spawn/tbb/idle"})"}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("'repetition'")));
}

TEST(worker_order, of_an_unknown_profile_is_refused) {
  EXPECT_THAT([] { parse_worker_order({R"({"profile": "fast"})"}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("unknown profile")));
}

}  // namespace
}  // namespace unitcost::harness
