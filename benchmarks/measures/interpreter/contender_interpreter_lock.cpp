#include "benchmarks/measures/interpreter/contender_interpreter_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "benchmarks/measures/contender_case.hpp"

namespace unitcost::measures {
namespace {

constexpr harness::measure_info contender_interpreter_lock_info{
    .name = interpreter_lock_info.name,
    .question = interpreter_lock_info.question,
    .from = interpreter_lock_info.from,
    .to = interpreter_lock_info.to,
    .unit = interpreter_lock_info.unit,
    .method =
        "the same jobs, as the contender says: a step is 20 us of its own work. Its number of steps is compared with "
        "what is due; nothing is subtracted",
    .source = "the contender's own clock, bounded by how long it lived",
    .file = "benchmarks/measures/interpreter/contender_interpreter_lock.cpp"};

/// Of a whole repetition.
std::uint64_t steps_due(job what) {
  job_plans const plans = plans_of(what, 1);
  return runs_of_a_job * (interpreter_job(plans.together).due() + interpreter_job(plans.alone).due());
}

std::vector<double> speed_ups(std::vector<double> const& alone_ns, std::vector<double> const& together_ns) {
  if (alone_ns.size() != runs_of_a_job || together_ns.size() != runs_of_a_job)
    throw std::invalid_argument(fmt::format("\"alone_ns\" and \"together_ns\" have to be {} each", runs_of_a_job));
  std::vector<double> all;
  for (std::size_t run = 0; run < runs_of_a_job; ++run) all.push_back(alone_ns[run] / together_ns[run]);
  return all;
}

/// Of times that cannot be.
std::string impossibility_of_samples(std::vector<double> const& samples_ns, std::int64_t lived_ns) {
  if (std::ranges::min(samples_ns) <= 0) return fmt::format("it says {} ns", std::ranges::min(samples_ns));
  double const sum_ns = std::accumulate(samples_ns.begin(), samples_ns.end(), 0.0);
  if (sum_ns > static_cast<double>(lived_ns))
    return fmt::format("it says that its runs took {:.0f} ns, and lived for {} ns", sum_ns, lived_ns);
  return "";
}

}  // namespace

std::string complete_by_job(job what, harness::contender_answer const& answer, std::int64_t lived_ns,
                            harness::record& out) {
  job_runs runs{.made = answer.facts.units, .due = steps_due(what), .most_inside = 0};
  auto const timed = what == job::mixed ? std::vector{"lateness_ns"} : std::vector{"alone_ns", "together_ns"};
  std::string impossible;
  for (char const* name : timed)
    if (impossible.empty()) impossible = impossibility_of_samples(answer.samples_of(name), lived_ns);
  if (!impossible.empty()) return impossible;
  if (what == job::mixed)
    runs.lateness_ns = answer.samples_of("lateness_ns");
  else
    runs.speed_ups = speed_ups(answer.samples_of("alone_ns"), answer.samples_of("together_ns"));
  harness::measurement given(out, {});
  report_job(what, runs, exclusion::not_counted, given);
  return out.check->holds() ? "" : out.check->difference();
}

void add_contender_interpreter_lock(harness::registry& all) {
  for (harness::contender const& who : all.settings().contenders)
    for (job const what : every_job) {
      if (!who.offers(interpreter_lock_info.name, to_string(what))) continue;
      auto one = interpreter_lock_case(who.name, what);
      one.measure = &contender_interpreter_lock_info;
      hand_to_contender(one, who,
                        [what](harness::contender_answer const& answer, std::int64_t lived_ns, harness::record& out) {
                          return complete_by_job(what, answer, lived_ns, out);
                        });
      all.add(std::move(one));
    }
}

}  // namespace unitcost::measures
