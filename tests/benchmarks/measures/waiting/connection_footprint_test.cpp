#include "benchmarks/measures/waiting/connection_footprint.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "benchmarks/measures/waiting/visit_floor.hpp"
#include "impl/all.hpp"
#include "impl/runtime/touch.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

constexpr workloads::visit::parameters some{.visits = 50, .at_once = 1, .stay = true};

template <class Serve>
double user_bytes_each(Serve const& serve) {
  recorded_measurement recorded(2);
  measure_connection_footprint_of(some, true, recorded.given, serve);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_NO_THROW(recorded.metric("kernel_bytes_per_unit"));
  return recorded.metric("resident_bytes_per_unit").value;
}

bool can_tell_connections_apart() {
  return recorded_measurement(2).given.settings().cpus.size() == 2 && sanitizer_divisor == 1;
}

TEST(connection_footprint, holds_for_the_floor_and_for_units) {
  if (!can_tell_connections_apart()) GTEST_SKIP() << "wants two CPUs, and no sanitizer's shadow memory";
  user_bytes_each([](placement const&, visit_service& service) { take_up_by_hand(service); });
  user_bytes_each(take_up_all<models::stackful>);
}

}  // namespace
}  // namespace unitcost::measures
