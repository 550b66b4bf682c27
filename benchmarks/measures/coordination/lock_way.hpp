// The locks that the measure lock compares, each with how units work under it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "benchmarks/measures/coordination/locked_rounds.hpp"
#include "benchmarks/measures/unit_kind.hpp"

namespace unitcost::measures {

/// What runs: units of one kind, and where.
struct lock_place {
  unit_kind const& kind;
  placement where;
  unsigned units = 1;
};

struct lock_way {
  std::string_view model;  ///< whose units use it; empty: any that can share it
  std::string_view name;   ///< as in case names, `lock:spin`

  rounds_made (*run)(lock_place const& place, round_plan const& plan);
  /// How long so many pairs of lock and unlock take one unit that is alone.
  std::int64_t (*alone_ns)(lock_place const& place, std::uint64_t pairs);
};

/// std_mutex, spin, and one `own` for each model that has a mutex of its own.
std::span<lock_way const> lock_ways();
/// Throws std::out_of_range where the model has no lock of that name.
lock_way const& lock_way_of(std::string_view model, std::string_view name);

/// Whether all units can wait for each other before they begin.
meeting meeting_of(lock_place const& place);

/// What a model's units do under a mutex for which they need their context: stackful's and stackless's, on one worker.
/// The holder gives its turn once under the lock: on one worker a lock only matters when it is held meanwhile.
rounds_made run_under_fiber_mutex(lock_place const& place, round_plan const& plan);
std::int64_t fiber_mutex_alone_ns(lock_place const& place, std::uint64_t pairs);
rounds_made run_under_coroutine_mutex(lock_place const& place, round_plan const& plan);
std::int64_t coroutine_mutex_alone_ns(lock_place const& place, std::uint64_t pairs);

}  // namespace unitcost::measures
