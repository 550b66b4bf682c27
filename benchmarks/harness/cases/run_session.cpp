#include "benchmarks/harness/cases/run_session.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace unitcost::harness {
namespace {

/// Ends that a loaded machine alone can cause; a crash or a wrong result stands, whoever else was running.
bool may_be_the_disturbance(ending end) {
  return end == ending::ok || end == ending::limit_reached || end == ending::timed_out || end == ending::unstable;
}

class session {
 public:
  session(session_limits const& limits, session_hooks const& hooks, double predicted)
      : limits_(limits), hooks_(hooks), repeat_budget_s_(predicted * limits.repeat_share) {}

  /// False when the user asked to stop.
  bool run(planned_repetition const& planned) {
    hooks_.before(planned);
    return attempt(planned, 0);
  }

  /// What was disturbed, pass by pass until nothing is left. False when the user asked to stop.
  bool run_postponed() {
    for (unsigned repeat = 1; !postponed_.empty(); ++repeat)
      for (planned_repetition const& planned : std::exchange(postponed_, {})) {
        wait_for_quiet(*planned.what);
        if (hooks_.interrupted() || !attempt(planned, repeat)) return false;
      }
    return true;
  }

  session_outcome outcome;

 private:
  bool attempt(planned_repetition const& planned, unsigned repeats_before) {
    std::int64_t const begun = hooks_.now_ns();
    record got = hooks_.run_one(*planned.what, planned.repetition);
    if (hooks_.interrupted()) return false;
    bool const spoilt = got.circumstances.disturbed && may_be_the_disturbance(got.end);
    std::string_view const unusual = got.circumstances.unusual();
    bool const better_repeated = spoilt || (!unusual.empty() && may_be_the_disturbance(got.end));
    double const took_s = static_cast<double>(hooks_.now_ns() - begun) * 1e-9;
    if (better_repeated && repeats_before < limits_.repeats && repeat_budget_s_ >= took_s) {
      repeat_budget_s_ -= took_s;
      got.discarded = true;
      if (!spoilt) got.notes.emplace_back(unusual);
      hooks_.keep(got);
      postponed_.push_back(planned);
      return true;
    }
    if (spoilt) call_unstable(got, repeats_before);
    hooks_.keep(got);
    outcome.records.push_back(std::move(got));
    return true;
  }

  void wait_for_quiet(benchmark_case const& one) {
    while (!hooks_.interrupted() && repeat_budget_s_ > 0 && !hooks_.quiet(one)) {
      std::int64_t const begun = hooks_.now_ns();
      hooks_.pause();
      repeat_budget_s_ -= static_cast<double>(hooks_.now_ns() - begun) * 1e-9;
    }
  }

  static void call_unstable(record& got, unsigned repeats) {
    std::string reason = (got.notes.empty() ? std::string("disturbed") : got.notes.back()) + ", after " +
                         std::to_string(repeats) + " repeats";
    // What was seen must not get lost: it may be the fault after all.
    if (got.end != ending::ok) reason += "; it ended " + std::string(to_string(got.end)) + ": " + got.reason;
    got.end = ending::unstable;
    got.reason = std::move(reason);
    got.metrics.clear();
    got.histograms.clear();
    got.curves.clear();
    got.sources.clear();
  }

  session_limits const& limits_;
  session_hooks const& hooks_;
  double repeat_budget_s_;
  std::vector<planned_repetition> postponed_;
};

double predicted_s(std::vector<planned_repetition> const& round, profile which) {
  double total = 0;
  for (planned_repetition const& one : round) total += predicted_s(*one.what, which);
  return total;
}

}  // namespace

session_outcome run_session(std::vector<std::vector<planned_repetition>> const& rounds, profile which,
                            session_limits const& limits, session_hooks const& hooks) {
  double predicted = 0;
  for (auto const& round : rounds) predicted += predicted_s(round, which);
  session running(limits, hooks, predicted);
  std::int64_t const started = hooks.now_ns();
  double longest_round_s = 0;
  for (std::size_t index = 0; index < rounds.size(); ++index) {
    std::int64_t const round_started = hooks.now_ns();
    double const elapsed_s = static_cast<double>(round_started - started) * 1e-9;
    if (limits.total_s && elapsed_s + longest_round_s > *limits.total_s) {
      running.outcome.rounds_dropped = rounds.size() - index;
      break;
    }
    for (planned_repetition const& planned : rounds[index]) {
      if (running.run(planned)) continue;
      running.outcome.interrupted = true;
      return std::move(running.outcome);
    }
    longest_round_s = std::max(longest_round_s, static_cast<double>(hooks.now_ns() - round_started) * 1e-9);
  }
  running.outcome.interrupted = !running.run_postponed();
  return std::move(running.outcome);
}

}  // namespace unitcost::harness
