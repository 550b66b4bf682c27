#include "benchmarks/measures/contenders/contender_spawn.hpp"

#include <fmt/format.h>

#include <memory>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/contenders/contender_case.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/units/spawn.hpp"

namespace unitcost::measures {
namespace {

constexpr auto contender_spawn_info = timed_by_contenders(
    spawn_info,
    "as of models, as the contender says: one unit at a time, or batches of 256 where one costs less than 40 "
    "readings of its clock. The number of units that answered is compared with what is due; nothing is subtracted",
    "benchmarks/measures/contenders/contender_spawn.cpp");

constexpr std::uint64_t fewest_samples = 8;

/// Beyond it no reading of a clock is so dear that a unit has to be timed among others.
constexpr double most_ns_in_a_batch = 10e3;

/// Of times that cannot be; empty: they can.
std::string impossibility_of_spawns(harness::work_facts const& facts, std::vector<double> const& latency_ns,
                                    std::vector<double> const& joined_ns) {
  for (std::size_t sample = 0; sample < latency_ns.size(); ++sample)
    if (!(latency_ns[sample] > 0 && latency_ns[sample] <= joined_ns[sample]))
      return fmt::format("it says that a unit ran {:.0f} ns after it was spawned, and was joined after {:.0f} ns",
                         latency_ns[sample], joined_ns[sample]);
  double const sum_ns = std::accumulate(joined_ns.begin(), joined_ns.end(), 0.0);
  if (sum_ns > facts.elapsed_ns)
    return fmt::format("its samples are {:.0f} ns together, of {:.0f} ns in all", sum_ns, facts.elapsed_ns);
  return "";
}

harness::benchmark_case contender_spawn_case(harness::contender const& who, spawner from, unsigned cores) {
  bool const in_quick = cores == 2 && who.offers_first(spawn_info.name, to_string(from));
  auto one = case_of(who.name, contender_spawn_info, "idle",
                     joined("from:" + std::string(to_string(from)), "cores:" + std::to_string(cores)),
                     in_quick ? harness::profile::quick : harness::profile::standard);
  one.headline = in_quick;
  one.cpus_used = cores;
  one.facts_share = 0.5;  // as long as models are sampled
  return one;
}

}  // namespace

std::string complete_by_spawns(harness::contender_answer const& answer, std::int64_t lived_ns, harness::record& out) {
  if (std::string why = impossibility_of(answer.facts, lived_ns); !why.empty()) return why;
  auto const &latency_ns = answer.samples_of("latency_ns"), &joined_ns = answer.samples_of("joined_ns");
  std::uint64_t const count = answer.facts.runs;
  if (latency_ns.size() != count || joined_ns.size() != count || count < fewest_samples ||
      count > spawn_samples::capacity)
    throw std::invalid_argument(
        fmt::format("there are {} \"latency_ns\" and {} \"joined_ns\"; {} each are due by \"runs\", and from {} to {}",
                    latency_ns.size(), joined_ns.size(), count, fewest_samples, spawn_samples::capacity));
  if (std::string why = impossibility_of_spawns(answer.facts, latency_ns, joined_ns); !why.empty()) return why;
  auto const samples = std::make_unique<spawn_samples>();
  samples->count = count;
  samples->batch = answer.facts.units > count ? spawn_batch : 1;
  samples->started = answer.facts.units;
  for (std::uint64_t sample = 0; sample < count; ++sample) {
    samples->latency_ns[sample] = static_cast<std::int64_t>(latency_ns[sample]);
    samples->joined_ns[sample] = static_cast<std::int64_t>(joined_ns[sample]);
  }
  if (double const each_ns = harness::median(joined_ns) / spawn_batch;
      samples->batch > 1 && each_ns >= most_ns_in_a_batch)
    return fmt::format("it spawned {} in a row that took {:.0f} ns each: long enough for its clock one by one",
                       spawn_batch, each_ns);
  harness::measurement given(out, {});
  given.check(answer.facts.units, count * samples->batch, answer.facts.checksum, 0);
  if (!out.check->holds()) return out.check->difference();
  report_spawns(*samples, "the contender's own clock", given);
  return "";
}

void add_contender_spawn(harness::registry& all) {
  for (harness::contender const& who : all.settings().contenders)
    for (spawner const from : every_spawner) {
      if (!who.offers(spawn_info.name, to_string(from))) continue;
      for (unsigned const cores : {1u, 2u}) {
        auto one = contender_spawn_case(who, from, cores);
        hand_to_contender(one, who, complete_by_spawns);
        all.add(std::move(one));
      }
    }
}

}  // namespace unitcost::measures
