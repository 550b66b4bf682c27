// Units that are alive together and share what they do, in either spelling: the ground of the measures order, state,
// session and latency.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "benchmarks/measures/model_cases.hpp"
#include "impl/model.hpp"
#include "impl/runtime/futex.hpp"

namespace unitcost::measures {

/// Whether a model's units can let each other run, so that several are under way on one worker.
template <class Model>
constexpr bool takes_turns() {
  if constexpr (turns_model<Model>)
    return true;
  else
    return turn_giving<typename Model::context>;
}

/// Why no units of Model are run together; empty where they are. One without task graphs may have turns, and one with
/// them may be compared by these alone.
template <class Model>
constexpr std::string_view why_none_together() {
  if constexpr (turns_model<Model>)
    return {};
  else if constexpr (requires { Model::why_none_together; })
    return Model::why_none_together;
  else
    return why_no_graph<Model>();
}

/// What units have in common, of which each holds a part for itself alone: where they are processes, `keep_only(index)`
/// in one of them lets go of what is the others', and `give_away(index)` in their parent of what is that one's. So
/// whoever is on the other side notices the end of a unit, however it came.
template <class Shared>
concept held_in_parts = requires(Shared& all, unsigned index) {
  all.keep_only(index);
  all.give_away(index);
};

/// What units have in common, in which `break_off()` ends all waiting for units that there will not be.
template <class Shared>
concept broken_off = requires(Shared& all) {
  all.break_off();
};

/// Spawns all units of run_together, each of which returns 1. Throws what the spawning of one threw, when the others
/// have nothing left to wait for.
template <class Body, class Model, class Shared>
void spawn_together(typename Model::context::scope& children, std::vector<std::uint64_t>& ended, Shared& shared) {
  constexpr bool parts = held_in_parts<Shared> && !Model::abilities.shares_memory;
  auto const spawn = [&ended, &children, all = &shared](unsigned index) {
    children.spawn(ended[index], [index, all](typename Model::context& unit) {
      if constexpr (parts) all->keep_only(index);
      Body::template direct<Model>(unit, *all, index);
      return std::uint64_t{1};
    });
    if constexpr (parts) all->give_away(index);
  };
  try {
    for (unsigned index = 0; index < ended.size(); ++index) spawn(index);
  } catch (...) {
    if constexpr (broken_off<Shared>) shared.break_off();
    throw;
  }
}

/// Runs `units` units to their end, each with its index below `units`. `shared` is what they have in common, in memory
/// that is mapped shared. What one does is
///
///   Body::direct<Model>(context&, Shared&, index)            or, under a turns_model, the coroutine
///   Body::awaited<Model>(Model::turns&, Shared&, index) -> Model::turns::unit
template <class Body, class Model, class Shared>
void run_together(typename Model::options const& options, placement const& where, unsigned units, Shared& shared) {
  if constexpr (turns_model<Model>) {
    Model::turns::run(where, units, [&shared](typename Model::turns& among, unsigned index) {
      return Body::template awaited<Model>(among, shared, index);
    });
  } else {
    auto const root_body = [units, all = &shared](typename Model::context& root) {
      std::vector<std::uint64_t> ended(units);
      typename Model::context::scope children(root);
      spawn_together<Body, Model>(children, ended, *all);
      children.join();
      return std::uint64_t{1};
    };
    if constexpr (caller_run<Model>)
      if (where.workers == 1) {
        Model::run_on_caller(options, where, root_body);
        return;
      }
    Model(options, where).run(root_body);
  }
}

/// Where units wait until all of them are alive: otherwise who is spawned first would be ahead, or done, by the time
/// that a dear unit takes to be spawned.
class assembly {
 public:
  explicit assembly(unsigned units) : units_(units) {}

  /// Under a model whose units cannot let each other run nobody waits, since the others would never come.
  template <class Model>
  void await_all(typename Model::context& unit) {
    // Acquire and release: who goes on sees what the others did before they came.
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == units_) {
      if constexpr (Model::abilities.preemptive) runtime::futex_wake(arrived_);
      return;
    }
    if constexpr (takes_turns<Model>())
      for (std::uint32_t seen; (seen = arrived_.load(std::memory_order_acquire)) < units_;) wait<Model>(unit, seen);
  }

  /// Nobody waits here any more: not all will come.
  void break_off() {
    arrived_.fetch_add(units_, std::memory_order_acq_rel);
    runtime::futex_wake(arrived_);
  }

 private:
  /// Units of the kernel sleep, so that whoever spawns the others has the CPU.
  template <class Model>
  void wait(typename Model::context& unit, std::uint32_t seen) {
    if constexpr (Model::abilities.preemptive)
      runtime::futex_wait(arrived_, seen);
    else
      unit.give_turn();
  }

  unsigned units_;
  runtime::futex_word arrived_{0};
};

}  // namespace unitcost::measures
