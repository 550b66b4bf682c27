#include "benchmarks/measures/interpreter/interpreter_lock.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/contenders/contender_interpreter_lock.hpp"
#include "benchmarks/measures/interpreter/interpreted_units.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/side_by_side.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::measures {

std::string_view to_string(job what) {
  switch (what) {
    case job::cpu_bound:
      return "cpu_bound";
    case job::io_bound:
      return "io_bound";
    case job::mixed:
      break;
  }
  return "mixed";
}

job_plans plans_of(job what, std::uint64_t iterations) {
  constexpr std::int64_t wait_ns = 1'000'000;
  switch (what) {
    case job::cpu_bound:
      return {.together = {.workers_of_steps = 2, .steps = 750, .iterations = iterations},
              .alone = {.workers_of_steps = 1, .steps = 1500, .iterations = iterations}};
    case job::io_bound:
      return {.together = {.waiting_units = 8, .rounds = 4, .wait_ns = wait_ns, .iterations = iterations},
              .alone = {.waiting_units = 1, .rounds = 32, .wait_ns = wait_ns, .iterations = iterations}};
    case job::mixed:
      break;
  }
  return {.together =
              {.workers_of_steps = 1, .waiting_units = 1, .rounds = 20, .wait_ns = wait_ns, .iterations = iterations},
          .alone = {.waiting_units = 1, .rounds = 20, .wait_ns = wait_ns, .iterations = iterations}};
}

namespace {

constexpr double step_of_a_job_ns = 20'000;

struct job_place {
  unit_kind const& kind;
  placement where;
};

double run_once(job_place const& place, job_plan const& plan, job_runs& sum, bool together) {
  interpreter_job todo(plan);
  place.kind.run(place.where, plan.units(), steps_of(todo));
  sum.made += todo.made();
  sum.due += todo.due();
  sum.most_inside = std::max(sum.most_inside, todo.most_inside());
  std::ranges::copy(todo.lateness_ns(), std::back_inserter(together ? sum.lateness_ns : sum.alone_lateness_ns));
  return static_cast<double>(todo.elapsed_ns());
}

job_runs run_by_turns(job_place const& place, job_plans const& plans) {
  job_runs sum;
  for (unsigned run = 0; run < runs_of_a_job; ++run) {
    bool const alone_first = run % 2 == 0;
    double alone_ns = alone_first ? run_once(place, plans.alone, sum, false) : 0;
    double const together_ns = run_once(place, plans.together, sum, true);
    if (!alone_first) alone_ns = run_once(place, plans.alone, sum, false);
    sum.speed_ups.push_back(alone_ns / together_ns);
  }
  return sum;
}

/// As it takes on CPUs that are all busy.
std::uint64_t iterations_of_a_step(std::vector<int> const& cpus) {
  return static_cast<std::uint64_t>(step_of_a_job_ns / kernel_iteration_ns(cpus));
}

void report_lateness(job_runs const& runs, harness::measurement& given) {
  auto const tell = [&](char const* name, char const* label, double value) {
    given.report({.name = name, .label = label, .value = value, .unit = "ns", .samples = runs.lateness_ns.size()},
                 std::string(runs.source));
  };
  tell("lateness_p50_ns", "from the end of a wait to the unit's next step, median", harness::median(runs.lateness_ns));
  tell("alone_lateness_p50_ns", "from the end of a wait to the next step of a unit that is alone, median",
       harness::median(runs.alone_lateness_ns));
  tell("lateness_most_ns", "from the end of a wait to the unit's next step, at the most",
       std::ranges::max(runs.lateness_ns));
}

}  // namespace

harness::benchmark_case interpreter_lock_case(std::string_view model, job what) {
  auto one = case_of(model, interpreter_lock_info, to_string(what), "workers:2", harness::profile::standard);
  one.cpus_used = 2;
  one.prediction_factor = what == job::cpu_bound ? 1.2 : 0.9;
  return one;
}

void report_job(job what, job_runs const& runs, exclusion inside, harness::measurement& given) {
  bool const excluded = inside != exclusion::demanded || runs.most_inside == 1;
  given.check(runs.made, runs.due, excluded ? 1 : 0, 1);
  if (inside != exclusion::not_counted)
    given.report({.name = "most_inside",
                  .label = "units within a step at the same time, at the most",
                  .value = static_cast<double>(runs.most_inside),
                  .unit = "1",
                  .better = harness::direction::neither,
                  .samples = runs.made},
                 "the units' own count");
  if (what == job::mixed) {
    report_lateness(runs, given);
    return;
  }
  given.report({.name = "speed_up",
                .label = "speed of all units over that of one",
                .value = harness::median(runs.speed_ups),
                .unit = "1",
                .better = harness::direction::greater,
                .samples = runs.speed_ups.size()},
               std::string(runs.source));
}

void measure_interpreter_lock(unit_kind const& kind, job what, harness::measurement& given) {
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  job_place const place{kind, {.workers = 2, .cpus = cpus}};
  auto const inside = &kind == &interpreted_threads() ? exclusion::demanded : exclusion::counted;
  report_job(what, run_by_turns(place, plans_of(what, iterations_of_a_step({cpus.front()}))), inside, given);
}

void measure_single(unit_kind const& kind, unit_kind const& without_lock, harness::measurement& given) {
  auto const cpus = given.first_cpus(1);
  runtime::confine_to(cpus);
  placement const where{.workers = 1, .cpus = cpus};
  job_plan const plan = plans_of(job::cpu_bound, iterations_of_a_step(cpus)).alone;
  job_runs sum;
  std::vector<std::pair<double, double>> pairs;
  for (unsigned run = 0; run < runs_of_a_job; ++run) {
    bool const locked_first = run % 2 == 0;
    double const first = run_once({locked_first ? kind : without_lock, where}, plan, sum, false);
    double const second = run_once({locked_first ? without_lock : kind, where}, plan, sum, false);
    pairs.emplace_back(locked_first ? first : second, locked_first ? second : first);
  }
  given.check(sum.made, sum.due, sum.most_inside, 1);
  given.report({.name = "over_no_lock",
                .label = "time of one thread under the lock over that without",
                .value = compare_pairs(pairs).ratio,
                .unit = "1",
                .samples = pairs.size()},
               "CLOCK_MONOTONIC");
  gil::global_lock lock;
  lock.acquire();
  auto const asked = given.time_loop(given.measuring_s() / 10, [&lock](std::uint64_t times) {
    std::int64_t const from_ns = runtime::now_ns();
    for (std::uint64_t time = 0; time < times; ++time) {
      lock.let_go_if_asked();
      asm volatile("" : : : "memory");  // as between two steps
    }
    return runtime::now_ns() - from_ns;
  });
  lock.release();
  given.report({.name = "look_ns",
                .label = "to look between two steps whether anybody asks for the lock",
                .value = asked.ns_per_iteration,
                .unit = "ns",
                .samples = asked.iterations},
               "CLOCK_MONOTONIC");
}

void add_interpreter_lock(harness::registry& all) {
  add_contender_interpreter_lock(all);
  unit_kind const* const threads = threads_to_interpret();
  if (threads == nullptr) return;
  for (unit_kind const* kind : {&interpreted_threads(), threads})
    for (job what : every_job) {
      auto one = interpreter_lock_case(kind->model, what);
      one.run = [kind, what](harness::measurement& given) { measure_interpreter_lock(*kind, what, given); };
      all.add(one);
    }
  auto single = case_of(interpreted_threads(), interpreter_lock_info, "single", {}, 1);
  single.run = [threads](harness::measurement& given) { measure_single(interpreted_threads(), *threads, given); };
  all.add(single);
}

}  // namespace unitcost::measures
