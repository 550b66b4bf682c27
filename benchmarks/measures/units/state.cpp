#include "benchmarks/measures/units/state.hpp"

namespace unitcost::measures {

void report_states(state_log const& log, harness::measurement& given) {
  auto const units = static_cast<unsigned>(log.slots.size());
  runtime::shared_object<state_log> oracle(units, log.turns);
  std::uint64_t whole = 0, resumed = 0, history = 0, expected = 0;
  for (unsigned index = 0; index < units; ++index) {
    state_keeping::keep(*oracle, index, [] {});
    whole += log.slots[index].whole;
    resumed += log.slots[index].whole_resumed;
    history = workloads::mix(history ^ log.slots[index].history);
    expected = workloads::mix(expected ^ oracle->slots[index].history);
  }
  given.check(whole, std::uint64_t{units} * log.turns, history, expected);
  given.report({.name = "states_verified",
                .label = "states found whole after another unit ran",
                .value = static_cast<double>(resumed),
                .unit = "1",
                .better = harness::direction::neither,
                .samples = whole},
               "compared by the units");
}

}  // namespace unitcost::measures
