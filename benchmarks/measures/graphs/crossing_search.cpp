#include "benchmarks/measures/graphs/crossing_search.hpp"

#include <algorithm>
#include <cmath>

#include "benchmarks/harness/records/statistics.hpp"

namespace unitcost::measures {

std::optional<std::size_t> last_below_half(efficiency_curve const& curve) {
  for (std::size_t index = curve.size(); index-- > 1;) {
    if (curve[index].second < 0.5) return std::nullopt;
    if (curve[index - 1].second < 0.5) return index - 1;
  }
  return std::nullopt;
}

std::optional<double> crossing_of_half(efficiency_curve const& curve) {
  auto const below = last_below_half(curve);
  if (!below) return std::nullopt;
  auto const [before_length, before_efficiency] = curve[*below];
  auto const [length, efficiency] = curve[*below + 1];
  double const part = (0.5 - before_efficiency) / (efficiency - before_efficiency);
  return std::exp(std::log(before_length) + part * (std::log(length) - std::log(before_length)));
}

void crossing_search::begin_with(std::uint64_t iterations) {
  for (std::uint64_t next = std::max<std::uint64_t>(iterations, 1); in_time_(); next *= 2) {
    add(tried_.size(), next);
    if (curve().back().second > 0.6) break;
  }
  for (int again = 0; again < more_around_the_crossing; ++again) {
    go_on_until_half_is_between();
    run_crossing_again();
  }
  go_on_until_half_is_between();  // the last runs may have said that it is not
}

efficiency_curve crossing_search::curve() const {
  efficiency_curve points;
  for (tried_length const& each : tried_)
    points.emplace_back(static_cast<double>(each.iterations) * iteration_ns_, harness::median(each.efficiencies));
  return points;
}

void crossing_search::add(std::size_t at, std::uint64_t iterations) {
  auto const added = tried_.insert(tried_.begin() + static_cast<std::ptrdiff_t>(at), {iterations, {}});
  for (int count = 0; count < runs_of_a_length; ++count) run(*added);
}

void crossing_search::go_on_until_half_is_between() {
  while (!tried_.empty() && curve().back().second < 0.5 && in_time_()) add(tried_.size(), tried_.back().iterations * 2);
  while (!tried_.empty() && tried_.front().iterations > 1 && curve().front().second >= 0.5 && in_time_())
    add(0, tried_.front().iterations / 2);
}

void crossing_search::run_crossing_again() {
  auto const below = last_below_half(curve());
  if (!below || !in_time_()) return;
  run(tried_[*below]);
  run(tried_[*below + 1]);
}

}  // namespace unitcost::measures
