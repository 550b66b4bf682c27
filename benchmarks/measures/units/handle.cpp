// handle: what is held of a unit that was started. Each workload of it is a page of its own.
#include <poll.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/units/handle_leaving.hpp"
#include "benchmarks/measures/units/handle_time_out.hpp"
#include "benchmarks/measures/units/handle_verbs.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"

namespace unitcost::measures {
namespace {

struct verb_metric {
  std::string name, label;
};

verb_metric metric_of(handle_verb which) {
  switch (which) {
    case handle_verb::join:
      return {"start_join_ns", "start and join of a unit"};
    case handle_verb::join_within:
      return {"start_join_within_ns", "start and join with a time-out of a unit"};
    case handle_verb::alive:
      return {"alive_ns", "asking whether a unit is alive"};
    case handle_verb::name:
      return {"name_ns", "asking a unit's name"};
  }
  throw std::invalid_argument("no verb of a handle");
}

/// Whether nobody has the pipe's other end any more, or not any more before the time has passed.
bool all_gone_within(runtime::owned_descriptor const& pipe, std::int64_t limit_ns) {
  std::int64_t const until_ns = runtime::now_ns() + limit_ns;
  for (;;) {
    std::int64_t const left_ns = until_ns - runtime::now_ns();
    pollfd watched{.fd = pipe.get(), .events = 0, .revents = 0};
    if (::poll(&watched, 1, left_ns > 0 ? static_cast<int>(left_ns / 1'000'000 + 1) : 0) > 0) return true;
    if (left_ns <= 0) return false;
  }
}

void report_whether(std::string name, std::string label, bool it_is, harness::measurement& given) {
  given.report({.name = std::move(name),
                .label = std::move(label),
                .value = it_is ? 1.0 : 0.0,
                .unit = "1",
                .better = harness::direction::neither},
               "seen from outside");
}

}  // namespace

void check_verb(verb_log const& log, harness::measurement& given) {
  std::uint64_t expected = 0;
  for (std::uint64_t index = 0; index < log.units(); ++index) expected += workloads::mix(index);
  given.check(log.ended, log.units(), log.checksum, expected);
  given.check(log.right_answers, log.times, 0, 0);
}

void report_verb(handle_verb which, double ns, std::uint64_t times, harness::measurement& given) {
  auto [name, label] = metric_of(which);
  given.report({.name = std::move(name), .label = std::move(label), .value = ns, .unit = "ns", .samples = times},
               "CLOCK_MONOTONIC, median of stretches of the loop");
}

void report_time_outs(time_out_log const& log, harness::measurement& given) {
  std::uint64_t const time_outs = log.waited_ns.size();
  given.check(log.waits_ended, time_outs, 0, 0);
  given.check(log.alive, time_outs, 0, 0);
  given.check(log.went_on, time_outs, 0, 0);
  given.check(log.ended_when_joined, 1, log.alive_when_joined, 0);
  std::vector<double> const waited_ns(log.waited_ns.begin(), log.waited_ns.end());
  double const wait_ns = harness::median(waited_ns);
  given.report({.name = "unit_goes_on",
                .label = "whether the unit goes on after a join's time-out",
                .value = log.went_on == time_outs ? 1.0 : 0.0,
                .unit = "1",
                .better = harness::direction::neither,
                .samples = time_outs},
               "the unit's own steps");
  given.report({.name = "wait_ns",
                .label = "join with a time-out of 2 ms, of a unit that goes on",
                .value = wait_ns,
                .unit = "ns",
                .samples = time_outs},
               "CLOCK_MONOTONIC, read by the starter");
  given.report({.name = "lateness_ns",
                .label = "how much later than asked the wait ends",
                .value = wait_ns - static_cast<double>(time_out_log::limit_ns),
                .unit = "ns",
                .samples = time_outs,
                .derived_from = "wait_ns"},
               "CLOCK_MONOTONIC, read by the starter");
}

departure_seen observe_departure(processes::held_process& main_process, runtime::owned_descriptor const& pipe,
                                 leaving_log& log, std::int64_t patience_ns) {
  departure_seen seen;
  seen.waited_for = !main_process.join_within(patience_ns) || log.ended > 0;
  std::uint64_t const steps = log.steps;
  // A hundred steps' time: a unit that is left makes some of them.
  seen.outlives_main = !main_process.alive() && !all_gone_within(pipe, 100 * leaving_log::step_ns);
  seen.begun = log.main_left && steps > 0;
  seen.works_on = log.daemon ? log.steps > steps : log.steps_after_leaving > 0;
  log.told_to_end = true;
  main_process.join_within(patience_ns);
  all_gone_within(pipe, patience_ns);
  return seen;
}

void report_departure(departure_seen const& seen, bool daemon, harness::measurement& given) {
  given.check(seen.begun, 1, 0, 0);
  if (daemon) {
    given.check(0, 0, seen.waited_for || seen.works_on || seen.outlives_main, 0);
    report_whether("daemon_is_waited_for", "whether the main unit waits for a daemon", seen.waited_for, given);
    report_whether("daemon_goes_on", "whether a daemon goes on when the main unit has ended", seen.works_on, given);
  } else {
    given.check(seen.waited_for && seen.works_on, 1, seen.outlives_main, 0);
    report_whether("unit_is_waited_for", "whether the main unit waits for one that is no daemon", seen.waited_for,
                   given);
    report_whether("unit_goes_on", "whether one that is no daemon goes on when the main unit leaves", seen.works_on,
                   given);
  }
}

void add_handle(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    add_handle_verb_cases<Model>(all);
    add_time_out_cases<Model>(all);
    add_leaving_cases<Model>(all);
  });
}

}  // namespace unitcost::measures
