#include "benchmarks/measures/units/order.hpp"

namespace unitcost::measures {

void check_steps(step_log const& log, harness::measurement& given) {
  std::uint64_t checksum = 0, expected = 0;
  for (std::uint32_t unit : log.order) checksum += workloads::mix(unit);
  for (unsigned unit = 0; unit < log.units; ++unit) expected += log.steps * workloads::mix(unit);
  given.check(log.taken, std::uint64_t{log.units} * log.steps, checksum, expected);
}

void report_order(std::span<std::uint32_t const> order, unsigned units, bool one_after_the_other,
                  harness::measurement& given) {
  harness::metric inversions{.name = "order_inversions",
                             .label = "inversions against round robin, of all possible",
                             .value = order_inversions(order, units),
                             .unit = "1",
                             .better = harness::direction::neither,
                             .samples = order.size()};
  if (one_after_the_other) inversions.expected_low = inversions.expected_high = 1;
  given.report(inversions, "counted");
  given.report({.name = "out_of_turn_share",
                .label = "steps out of turn, of all",
                .value = out_of_turn_share(order, units),
                .unit = "1",
                .better = harness::direction::neither,
                .samples = order.size()},
               "counted");
}

}  // namespace unitcost::measures
