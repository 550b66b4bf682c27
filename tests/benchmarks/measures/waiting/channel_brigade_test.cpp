#include "benchmarks/measures/waiting/channel_brigade.hpp"

#include <gtest/gtest.h>

#include "impl/all.hpp"
#include "impl/asio/channel.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using workloads::brigade;

constexpr brigade::parameters small_brigade{.units = 7, .laps = 3};

std::vector<carrier> as_expected() {
  std::vector<carrier> units(small_brigade.units);
  for (carrier& each : units) each.done = handed_on(small_brigade);
  return units;
}

bool handed_on_as(std::vector<carrier> const& units) {
  recorded_measurement recorded;
  check_handed_on(small_brigade, units, recorded.given);
  return recorded.check_holds();
}

TEST(channel_brigade, is_the_same_under_every_model_that_has_channels) {
  unsigned models = 0;
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (channel_model<Model>) {
      SCOPED_TRACE(Model::name);
      channel_brigade_run<Model> run(small_brigade);
      run_together<handing_on, Model>(Model::variants().front().options, {.workers = 1, .cpus = {}},
                                      small_brigade.units, run);
      EXPECT_TRUE(handed_on_as(run.units));
      ++models;
    }
  });
  EXPECT_EQ(models, 4u);
}

TEST(channel_brigade, reports_the_time_of_a_hop) {
  recorded_measurement recorded;
  measure_channel_brigade<models::stackless>(small_brigade, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_GT(recorded.metric("hop_ns").value, 0);
}

TEST(channel_brigade, finds_a_number_that_was_lost_or_changed) {
  EXPECT_TRUE(handed_on_as(as_expected()));
  auto lost = as_expected();
  --lost[3].done.rounds;
  EXPECT_FALSE(handed_on_as(lost));
  auto changed = as_expected();
  ++changed[3].done.checksum;
  EXPECT_FALSE(handed_on_as(changed));
}

}  // namespace
}  // namespace unitcost::measures
