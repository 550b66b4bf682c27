#include "benchmarks/harness/cases/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <regex>
#include <stdexcept>

namespace unitcost::harness {
namespace {

bool contains(std::vector<std::string> const& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

void reject_unknown(registry const& all, std::vector<std::string> const& asked, std::string_view kind, auto name_of) {
  for (std::string const& name : asked) {
    if (std::ranges::any_of(all.cases(), [&](benchmark_case const& one) { return name_of(one) == name; })) continue;
    throw std::invalid_argument(fmt::format("there is no {} '{}' (see `unitcost list`)", kind, name));
  }
}

class name_filter {
 public:
  explicit name_filter(std::string text) : inverted_(text.starts_with('-')) {
    try {
      expression_.assign(inverted_ ? text.substr(1) : text);
    } catch (std::regex_error const& error) {
      throw std::invalid_argument(fmt::format("--filter '{}' is not a regular expression: {}", text, error.what()));
    }
  }
  bool inverted() const { return inverted_; }
  bool keeps(std::string const& name) const { return std::regex_search(name, expression_) != inverted_; }

 private:
  bool inverted_;
  std::regex expression_;
};

/// Behind the first case of each work its other models, otherwise in the order they have.
void bring_pairs_together(std::vector<planned_repetition>& round) {
  std::map<std::string, std::size_t> group_of;
  std::vector<std::vector<planned_repetition>> groups;
  for (planned_repetition const& each : round) {
    auto const [found, is_new] = group_of.try_emplace(each.what->work(), groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(each);
  }
  round.clear();
  for (auto const& group : groups) round.insert(round.end(), group.begin(), group.end());
}

}  // namespace

std::vector<benchmark_case const*> select(registry const& all, selection const& wanted) {
  reject_unknown(all, wanted.models, "model", [](auto const& one) { return std::string_view(one.model); });
  reject_unknown(all, wanted.measures, "measure", [](auto const& one) { return one.measure->name; });
  name_filter const filter(wanted.filter);
  bool const cases_are_named = !wanted.filter.empty() && !filter.inverted();
  std::vector<benchmark_case const*> chosen;
  for (benchmark_case const& one : all.cases()) {
    bool const in_profile = one.least <= wanted.which;
    if (!in_profile && !cases_are_named) continue;
    if (!wanted.models.empty() && !contains(wanted.models, one.model)) continue;
    if (!wanted.measures.empty() && !contains(wanted.measures, one.measure->name)) continue;
    if (!filter.keeps(one.name())) continue;
    chosen.push_back(&one);
  }
  if (chosen.empty())
    throw std::invalid_argument(
        fmt::format("no case of profile {} matches; `unitcost list` prints the names", limits_of(wanted.which).name));
  return chosen;
}

std::vector<std::vector<planned_repetition>> plan_rounds(std::vector<benchmark_case const*> const& cases,
                                                         unsigned repetitions, std::uint64_t seed,
                                                         finished_set const& finished, round_order order) {
  std::mt19937_64 random(seed);
  std::vector<std::vector<planned_repetition>> rounds(repetitions);
  for (unsigned repetition = 0; repetition < repetitions; ++repetition) {
    auto& round = rounds[repetition];
    for (benchmark_case const* one : cases) {
      if (!one->skip_reason.empty() && repetition > 0) continue;
      if (!finished.contains({one->name(), repetition})) round.push_back({one, repetition});
    }
    std::ranges::shuffle(round, random);
    if (order == round_order::paired) bring_pairs_together(round);
  }
  return rounds;
}

double predicted_s(std::vector<benchmark_case const*> const& cases, profile which, unsigned repetitions) {
  double total = 0;
  for (benchmark_case const* one : cases) total += predicted_s(*one, which) * repetitions;
  return total;
}

}  // namespace unitcost::harness
