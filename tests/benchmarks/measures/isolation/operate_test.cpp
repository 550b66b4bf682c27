#include "benchmarks/measures/isolation/operate.hpp"

#include <gtest/gtest.h>

#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

struct effect {
  char const* model;
  act what;
  double works, first_unharmed;
};

/// A signal that stops or ends a thread stops or ends all threads of its process; and no process names another.
TEST(operate, tells_what_a_unit_can_do_to_another) {
  if (recorded_measurement(2).given.settings().cpus.size() < 2) GTEST_SKIP() << "needs two CPUs";
  for (effect const& each : {effect{"std_thread", act::name, 1, 1},
                             {"std_thread", act::pin, 1, 1},
                             {"std_thread", act::stop, 1, 0},
                             {"std_thread", act::end, 1, 0},
                             {"process", act::name, 0, 1},
                             {"process", act::pin, 1, 1},
                             {"process", act::stop, 1, 1},
                             {"process", act::end, 1, 1}}) {
    SCOPED_TRACE(std::string(each.model) + " " + std::string(to_string(each.what)));
    recorded_measurement own(2);
    measure_operate(unit_kind_of(each.model), each.what, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_EQ(own.metric("works").value, each.works);
    EXPECT_EQ(own.metric("first_unharmed").value, each.first_unharmed);
  }
}

TEST(operate, is_wrong_where_nobody_acted) {
  recorded_measurement own;
  runtime::shared_object<operated_pair> pair(act::name, 0);
  report_operate(act::name, *pair, {.first = true, .second = true}, own.given);
  EXPECT_FALSE(own.check_holds());
}

TEST(operate, has_stopped_nobody_who_counts_on) {
  recorded_measurement own;
  runtime::shared_object<operated_pair> pair(act::stop, 0);
  report_operate(act::stop, *pair, {.first = true, .second = true}, own.given);
  EXPECT_EQ(own.metric("works").value, 0);
  EXPECT_FALSE(own.check_holds()) << "nobody came back from the act";
}

}  // namespace
}  // namespace unitcost::measures
