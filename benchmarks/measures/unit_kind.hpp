// Units of any model, with the model erased: what units do to each other is the same code for all of them, compiled
// once. A unit's work is made of steps, each a call through a pointer (some 2 ns): what is timed is a step or a part of
// one, never the way from one step to the next.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "benchmarks/harness/cases/case.hpp"
#include "impl/model.hpp"

namespace unitcost::measures {

/// What follows a step. Nothing: it was the unit's last. Otherwise the unit lets others run, in its model's own way,
/// and sleeps meanwhile for so many nanoseconds, if more than 0.
using pause = std::optional<std::int64_t>;
inline constexpr pause next_turn = 0;
inline constexpr pause no_more = std::nullopt;

/// What the units have in common and each does, step by step. `shared` is in memory that is mapped shared, since units
/// may be processes.
struct unit_steps {
  pause (*step)(void* shared, unsigned index);
  void* shared;
};

/// `all.step(index)` is a step of the unit with that index.
template <class Shared>
unit_steps steps_of(Shared& all) {
  return {[](void* shared, unsigned index) { return static_cast<Shared*>(shared)->step(index); }, &all};
}

/// A model, as far as its units do something to each other.
struct unit_kind {
  std::string_view model;
  capabilities abilities;
  /// Whether a unit lets others run between its steps. Where it does not, the steps of a unit follow each other at
  /// once, and the units that share a worker each other.
  bool takes_turns;
  bool parallel_turns;        ///< it does so on several workers, too
  std::string_view why_none;  ///< why no units of it are run together; empty where they are

  /// Runs `units` units to their end, each with its index below `units`, spawned in that order. Throws what the model
  /// throws: unit_crashed where a unit died and the model survived it.
  void (*run)(placement const& where, unsigned units, unit_steps const& each);

  /// Each unit is a thread of the kernel's, or has one to itself until it ends.
  bool is_scheduled_by_kernel() const { return takes_turns && abilities.preemptive; }
};

/// All models, in the order of their list.
std::span<unit_kind const> unit_kinds();
/// Throws std::out_of_range for a name that is not in the list.
unit_kind const& unit_kind_of(std::string_view model);

/// A case of units of that kind on so many workers, skipped where they cannot be run so. Still without its function.
harness::benchmark_case case_of(unit_kind const& kind, harness::measure_info const& measure, std::string_view workload,
                                std::string_view label, unsigned workers);

}  // namespace unitcost::measures
