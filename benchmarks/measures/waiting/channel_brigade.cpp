#include "benchmarks/measures/waiting/channel_brigade.hpp"

namespace unitcost::measures {

using workloads::brigade;

workloads::exchanged handed_on(brigade::parameters const& asked) {
  workloads::exchanged each{.rounds = asked.laps};
  for (std::uint64_t lap = 0; lap < asked.laps; ++lap) each.checksum += token_of(lap);
  return each;
}

void check_handed_on(brigade::parameters const& asked, std::vector<carrier> const& units, harness::measurement& given) {
  workloads::exchanged const expected = handed_on(asked);
  outcome done;
  for (carrier const& each : units) {
    if (each.done == expected) ++done.units;
    done.checksum += each.done.checksum;
  }
  given.check(done.units, asked.units, done.checksum, asked.units * expected.checksum);
}

harness::benchmark_case channel_brigade_case_of(std::string_view model, std::uint32_t units) {
  auto one = case_of(model, channel_brigade_info, brigade::name, joined("by:channel", "units:" + std::to_string(units)),
                     harness::profile::standard);
  one.cpus_used = 1;
  one.prediction_factor = 0.7;
  return one;
}

}  // namespace unitcost::measures
