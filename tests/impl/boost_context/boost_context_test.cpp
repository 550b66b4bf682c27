#include "impl/boost_context/boost_context.hpp"

#include <gtest/gtest.h>

namespace unitcost::models {
namespace {

TEST(boost_context, refuses_units_with_the_reason_instead_of_running_them_some_other_way) {
  boost_context model({}, {});
  auto const spawns = [](boost_context::context& root) {
    boost_context::context::scope children(root);
    int result = 0;
    children.spawn(result, [](boost_context::context&) { return 1; });
    return result;
  };
  auto const calls = [](boost_context::context& root) {
    boost_context::context::scope children(root);
    int result = 0;
    children.call(result, [](boost_context::context&) { return 1; });
    return result;
  };
  EXPECT_THROW(model.run(spawns), not_supported);
  EXPECT_THROW(model.run(calls), not_supported);
}

TEST(boost_context, refuses_a_ring_without_units) {
  EXPECT_THROW(boost_context::run_ring({}, {}, {.units = 0, .rounds = 1, .by = handover::bare}), not_supported);
}

}  // namespace
}  // namespace unitcost::models
