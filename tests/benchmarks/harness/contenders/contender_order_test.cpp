#include "benchmarks/harness/contenders/contender_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unitcost::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();

contender_order sample_contender_order() {
  return {.case_name = "throughput/mine/fib/n:20/spawn_depth:all/workers:2",
          .measure = "throughput",
          .workload = "fib",
          .parameters = parameters_of("n:20/spawn_depth:all/workers:2"),
          .cpus = {3, 1},
          .measuring_s = 0.04,
          .repetition = 5,
          .seed = greatest,
          .memory_limit_bytes = greatest - 1};
}

TEST(contender_order, is_spelled_as_the_protocol_says) {
  contender_order order = sample_contender_order();
  order.seed = 7;
  order.memory_limit_bytes = 4096;
  EXPECT_EQ(to_text(order),
            R"({"protocol":1,"case":"throughput/mine/fib/n:20/spawn_depth:all/workers:2","measure":"throughput",)"
            R"("workload":"fib","parameters":{"n":20,"spawn_depth":"all","workers":2},"cpus":[3,1],)"
            R"("measuring_s":0.04,"repetition":5,"seed":7,"memory_limit_bytes":4096})");
}

TEST(contender_order, comes_back_from_its_text_with_every_field) {
  contender_order const back = parse_contender_order(to_text(sample_contender_order()));
  EXPECT_EQ(back.case_name, sample_contender_order().case_name);
  EXPECT_EQ(back.measure, "throughput");
  EXPECT_EQ(back.workload, "fib");
  EXPECT_EQ(back.parameters, sample_contender_order().parameters);
  EXPECT_THAT(back.cpus, ElementsAre(3, 1));
  EXPECT_EQ(back.measuring_s, 0.04);
  EXPECT_EQ(back.repetition, 5u);
  EXPECT_EQ(back.seed, greatest);
  EXPECT_EQ(back.memory_limit_bytes, greatest - 1);
}

TEST(contender_order, of_another_protocol_is_refused) {
  json other = json::parse(to_text(sample_contender_order()));
  other["protocol"] = 2;
  EXPECT_THAT([&] { parse_contender_order(other.dump()); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("the case is of protocol 2")));
}

TEST(contender_order, that_is_not_json_or_lacks_a_key_is_refused) {
  json lacking = json::parse(to_text(sample_contender_order()));
  lacking.erase("cpus");
  for (std::string const& text : {std::string("fib"), std::string("{}"), lacking.dump()})
    EXPECT_THAT([&] { parse_contender_order(text); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("measure: not a case")))
        << text;
}

}  // namespace
}  // namespace unitcost::harness
