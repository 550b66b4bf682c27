#include "impl/null/null.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "impl/unit_report.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::models {
namespace {

TEST(null_model, runs_no_unit_whether_spawned_or_called) {
  null model({}, {});
  bool const ran = model.run([](null::context& context) {
    bool spawned = false, called = false;
    null::context::scope children(context);
    children.spawn(spawned, [](null::context&) { return true; });
    children.call(called, [](null::context&) { return true; });
    children.join();
    return spawned || called;
  });
  EXPECT_FALSE(ran);
  EXPECT_EQ(model.units_made(), 0u);
}

TEST(null_model, leaves_of_a_workload_only_the_root) {
  null model({}, {});
  workloads::grain::parameters const parameters{16, 10, 5};
  auto const answer = model.run([&](null::context& context) { return workloads::grain::direct(context, parameters); });
  EXPECT_EQ(answer, (outcome{1, 0}));
}

}  // namespace
}  // namespace unitcost::models
