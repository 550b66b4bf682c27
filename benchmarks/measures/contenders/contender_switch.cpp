#include "benchmarks/measures/contenders/contender_switch.hpp"

#include <fmt/format.h>

#include <utility>

#include "benchmarks/measures/contenders/contender_case.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/units/switch.hpp"

namespace unitcost::measures {
namespace {

constexpr auto contender_switch_info = timed_by_contenders(
    switch_info,
    "elapsed time over the number of hand-overs, as the contender says; the number, counted by the receivers, is "
    "compared with what is due; a mean over all rounds; nothing is subtracted",
    "benchmarks/measures/contenders/contender_switch.cpp");

/// Where a ring of ours by the same way is.
harness::benchmark_case contender_switch_case(harness::contender const& who, handover by, unsigned cores,
                                              unsigned units) {
  bool const in_quick = units == 2 && cores == 1;
  auto one = case_of(
      who.name, contender_switch_info, "idle",
      joined("by:" + std::string(to_string(by)), "cores:" + std::to_string(cores), "units:" + std::to_string(units)),
      in_quick ? harness::profile::quick : harness::profile::standard);
  one.headline = in_quick && who.offers_first(switch_info.name, to_string(by));
  one.cpus_used = cores;
  one.facts_share = 0.5;  // as long as models are timed
  if (units == 1024) one.prediction_factor = 4;
  return one;
}

}  // namespace

std::string complete_by_rounds(unsigned units, harness::work_facts const& facts, std::int64_t lived_ns,
                               harness::record& out) {
  harness::measurement given(out, {});
  std::uint64_t due = 0;
  if (__builtin_mul_overflow(facts.runs, std::uint64_t{units}, &due))
    return fmt::format("it says that the token went round {} times", facts.runs);
  given.check(facts.units, due, facts.checksum, 0);
  if (!out.check->holds()) return out.check->difference();
  if (std::string why = impossibility_of(facts, lived_ns); !why.empty()) return why;
  given.report({.name = "switch_ns",
                .label = "one hand-over",
                .value = facts.elapsed_ns / static_cast<double>(facts.units),
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = facts.units,
                .headline = true},
               "the contender's own clock, mean over its rounds");
  return "";
}

void add_contender_switch(harness::registry& all) {
  for (harness::contender const& who : all.settings().contenders)
    for (handover const by : contenders_handovers) {
      if (!who.offers(switch_info.name, to_string(by))) continue;
      for (unsigned const cores : {1u, 2u}) {
        if (cores == 2 && !by_the_kernel(by)) continue;  // they take turns on their worker's core
        for (unsigned const units : {2u, 64u, 1024u}) {
          auto one = contender_switch_case(who, by, cores, units);
          hand_to_contender(
              one, who, [units](harness::contender_answer const& answer, std::int64_t lived_ns, harness::record& out) {
                return complete_by_rounds(units, answer.facts, lived_ns, out);
              });
          all.add(std::move(one));
        }
      }
    }
}

}  // namespace unitcost::measures
