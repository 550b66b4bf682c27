// Which repetition of which case comes when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"

namespace unitcost::harness {

/// What the user asked for. Empty lists select everything.
struct selection {
  profile which = profile::quick;
  std::string
      filter;  ///< a regular expression searched for in case names; a leading '-' inverts it, as in Google Benchmark
  std::vector<std::string> models, measures;
};

/// Cases of the profile that the selection keeps, in registry order. A filter that is not inverted leaves the profile
/// to decide only how long each is measured: what was named is run, whichever profile holds it.
/// Throws std::invalid_argument for a broken expression, an unknown model or measure, or when nothing is left.
std::vector<benchmark_case const*> select(registry const& all, selection const& wanted);

struct planned_repetition {
  benchmark_case const* what = nullptr;
  unsigned repetition = 0;
};

/// (case name, repetition): those that a journal already holds.
using finished_set = std::set<std::pair<std::string, unsigned>>;

enum class round_order : std::uint8_t {
  shuffled,  ///< so that a slow drift of the machine touches all cases alike
  paired,    ///< the models of one work right after each other, in random order: so that it hardly touches their ratio
};

/// Rounds: round r holds repetition r of every case, in an order that the seed decides. What `finished` holds is left
/// out; a skipped case appears in the first round only.
std::vector<std::vector<planned_repetition>> plan_rounds(std::vector<benchmark_case const*> const& cases,
                                                         unsigned repetitions, std::uint64_t seed,
                                                         finished_set const& finished = {},
                                                         round_order order = round_order::shuffled);

/// The predicted duration of all `repetitions` of `cases`.
double predicted_s(std::vector<benchmark_case const*> const& cases, profile which, unsigned repetitions);

}  // namespace unitcost::harness
