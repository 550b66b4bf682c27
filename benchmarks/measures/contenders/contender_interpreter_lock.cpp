#include "benchmarks/measures/contenders/contender_interpreter_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "benchmarks/measures/contenders/contender_case.hpp"

namespace unitcost::measures {
namespace {

constexpr auto contender_interpreter_lock_info = timed_by_contenders(
    interpreter_lock_info,
    "the same jobs, as the contender says: a step is 20 us of its own work. Its number of steps is compared with "
    "what is due; nothing is subtracted",
    "benchmarks/measures/contenders/contender_interpreter_lock.cpp");

/// Of a whole repetition.
std::uint64_t steps_due(job what) {
  job_plans const plans = plans_of(what, 1);
  return runs_of_a_job * (interpreter_job(plans.together).due() + interpreter_job(plans.alone).due());
}

/// What a job's answer has to bring, and the least that a sample can be: nobody is faster than its waits.
struct due_samples {
  char const* name;
  std::size_t count;
  double least_ns;
};

std::vector<due_samples> samples_due(job what) {
  job_plans const plans = plans_of(what, 1);
  auto const waits_of = [](job_plan const& plan) { return plan.rounds == 0 ? 0u : plan.rounds - 1; };
  if (what == job::mixed)
    return {{"lateness_ns", runs_of_a_job * waits_of(plans.together), 1},
            {"alone_lateness_ns", runs_of_a_job * waits_of(plans.alone), 1}};
  auto const least_ns = [&](job_plan const& plan) {
    return static_cast<double>(std::max<std::int64_t>(1, waits_of(plan) * plan.wait_ns));
  };
  return {{"alone_ns", runs_of_a_job, least_ns(plans.alone)}, {"together_ns", runs_of_a_job, least_ns(plans.together)}};
}

/// Of times that cannot be; empty: they can.
std::string impossibility_of_samples(job what, harness::contender_answer const& answer) {
  double sum_ns = 0;
  for (due_samples const& due : samples_due(what)) {
    auto const& samples_ns = answer.samples_of(due.name);
    if (samples_ns.size() != due.count)
      throw std::invalid_argument(
          fmt::format("there are {} \"{}\", and {} are due", samples_ns.size(), due.name, due.count));
    if (std::ranges::min(samples_ns) < due.least_ns)
      return fmt::format("it says {} of {} ns, which is less than can be", due.name, std::ranges::min(samples_ns));
    sum_ns += std::accumulate(samples_ns.begin(), samples_ns.end(), 0.0);
  }
  if (sum_ns > answer.facts.elapsed_ns)
    return fmt::format("its samples are {:.0f} ns together, of {:.0f} ns in all", sum_ns, answer.facts.elapsed_ns);
  return "";
}

}  // namespace

std::string complete_by_job(job what, harness::contender_answer const& answer, std::int64_t lived_ns,
                            harness::record& out) {
  if (std::string why = impossibility_of(answer.facts, lived_ns); !why.empty()) return why;
  if (std::string why = impossibility_of_samples(what, answer); !why.empty()) return why;
  job_runs runs{.made = answer.facts.units, .due = steps_due(what), .source = "the contender's own clock"};
  harness::measurement given(out, {});
  if (runs.made != runs.due) {
    given.check(runs.made, runs.due, 0, 0);
    return out.check->difference();
  }
  if (what == job::mixed) {
    runs.lateness_ns = answer.samples_of("lateness_ns");
    runs.alone_lateness_ns = answer.samples_of("alone_lateness_ns");
  } else {
    for (std::size_t run = 0; run < runs_of_a_job; ++run)
      runs.speed_ups.push_back(answer.samples_of("alone_ns")[run] / answer.samples_of("together_ns")[run]);
  }
  report_job(what, runs, exclusion::not_counted, given);
  return "";
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
