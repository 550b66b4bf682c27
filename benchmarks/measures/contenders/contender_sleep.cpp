#include "benchmarks/measures/contenders/contender_sleep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "benchmarks/measures/contenders/contender_case.hpp"
#include "benchmarks/measures/waiting/sleep.hpp"

namespace unitcost::measures {
namespace {

constexpr auto contender_sleep_info = timed_by_contenders(
    sleep_info,
    "as of models, as the contender says: each unit waits once. Its units and checksum are compared with the "
    "oracle's; nothing is subtracted",
    "benchmarks/measures/contenders/contender_sleep.cpp");

}  // namespace

std::string complete_by_wakes(workloads::sleep::parameters const& asked, harness::contender_answer const& answer,
                              std::int64_t lived_ns, harness::record& out) {
  harness::measurement given(out, {});
  outcome const expected = workloads::sleep::oracle(asked);
  given.check(answer.facts.units, expected.units, answer.facts.checksum, expected.checksum);
  if (!out.check->holds()) return out.check->difference();
  if (std::string why = impossibility_of(answer.facts, lived_ns); !why.empty()) return why;
  if (answer.facts.runs != 1) return fmt::format("it says that each unit slept {} times", answer.facts.runs);
  sleeps const all{.delay_ns = static_cast<double>(asked.delay_ns),
                   .started_ns = answer.samples_of("started_ns"),
                   .lateness_ns = answer.samples_of("lateness_ns")};
  if (all.started_ns.size() != asked.units || all.lateness_ns.size() != asked.units)
    throw std::invalid_argument(fmt::format("there are {} \"started_ns\" and {} \"lateness_ns\", and {} each are due",
                                            all.started_ns.size(), all.lateness_ns.size(), asked.units));
  if (double const least_ns = std::ranges::min(all.lateness_ns); !(least_ns >= 0))
    return fmt::format("it says that a unit woke up {:.0f} ns too early", -least_ns);
  if (double const least_ns = std::ranges::min(all.started_ns); !(least_ns >= 0))
    return fmt::format("it says that a unit began {:.0f} ns before it was made", -least_ns);
  if (!(all.last_wake_ns() <= answer.facts.elapsed_ns))
    return fmt::format("it says that a unit woke up after {:.0f} ns, and that all took {:.0f} ns", all.last_wake_ns(),
                       answer.facts.elapsed_ns);
  report_wakes(all, "the contender's own clock", given);
  return "";
}

void add_contender_sleep(harness::registry& all) {
  for (harness::contender const& who : all.settings().contenders) {
    if (!who.offers(sleep_info.name, workloads::sleep::name)) continue;
    for (sleep_scale const& scale : sleep_scales) {
      if (scale.asked.units > most_contenders_sleepers) continue;
      auto one = sleep_case_of(who.name, scale);
      one.measure = &contender_sleep_info;
      hand_to_contender(
          one, who,
          [asked = scale.asked](harness::contender_answer const& answer, std::int64_t lived_ns, harness::record& out) {
            return complete_by_wakes(asked, answer, lived_ns, out);
          });
      all.add(std::move(one));
    }
  }
}

}  // namespace unitcost::measures
