#include "benchmarks/harness/records/known_answers.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "benchmarks/harness/records/statistics.hpp"

namespace unitcost::harness {
namespace {

// What its cases report is known; of a repetition that is unstable no metric is left to say so.
constexpr std::string_view known_answers_measure = "selftest";

struct answer {
  std::vector<double> values;
  double low = 0, high = 0;
  std::string unit;
};

}  // namespace

std::vector<std::string> unfound_answers(std::vector<record> const& records) {
  std::map<std::pair<std::string, std::string>, answer> answers;  // by case and metric
  for (record const& one : records) {
    if (one.end != ending::ok || one.discarded) continue;
    for (metric const& each : one.metrics) {
      if (!each.expected_low || !each.expected_high) continue;
      answer& known = answers[{one.case_name, each.name}];
      known.values.push_back(each.value);
      known.low = *each.expected_low;
      known.high = *each.expected_high;
      known.unit = each.unit;
    }
  }
  std::vector<std::string> unfound;
  for (auto const& [name, known] : answers) {
    auto const interval = median_interval(known.values);
    if (!interval || (interval->first <= known.high && interval->second >= known.low)) continue;
    unfound.push_back(fmt::format("{}: {} is within [{:.4g}, {:.4g}] {}, and the truth within [{:.4g}, {:.4g}]",
                                  name.first, name.second, interval->first, interval->second, known.unit, known.low,
                                  known.high));
  }
  return unfound;
}

std::vector<std::string> unestablished_answers(std::vector<record> const& records) {
  struct repetitions {
    std::vector<double> counted;  // as far as an interval is concerned
    std::size_t unstable = 0;
  };
  std::map<std::string, repetitions> cases;
  for (record const& one : records) {
    if (one.measure != known_answers_measure || one.discarded) continue;
    if (one.end == ending::ok) cases[one.case_name].counted.push_back(0);
    if (one.end == ending::unstable) ++cases[one.case_name].unstable;
  }
  std::vector<std::string> unestablished;
  for (auto const& [name, had] : cases)
    if (had.unstable > 0 && !median_interval(had.counted))
      unestablished.push_back(
          fmt::format("{}: {} of {} repetitions were unstable", name, had.unstable, had.unstable + had.counted.size()));
  return unestablished;
}

}  // namespace unitcost::harness
