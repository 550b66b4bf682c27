// std_async: each unit is a std::async(std::launch::async), to which the join is its future's `get`. In libstdc++ that
// is a thread for each call, without a pool behind it: std_thread's unit with the standard's handle around it, by which
// a unit returns its result and its exception.
#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/no_waiting_units.hpp"
#include "impl/runtime/scope_of.hpp"

namespace unitcost::models {

/// Placement: as that of std_thread.
///
/// An exception that leaves a unit reaches the join of who spawned it, and so run's caller. A thread that could not be
/// started throws limit_reached in the unit that spawns it.
class std_async : public runtime::no_waiting_units<std_async> {
 public:
  static constexpr std::string_view name = "std_async";
  static constexpr capabilities abilities{
      .parallel = true, .preemptive = true, .shares_memory = true, .waits_without_worker = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  static constexpr char const* why_no_unit_waits =
      "std_async is compared where tasks are given: a unit that waits is a thread, which std_thread shows";
  static constexpr char const* why_none_together = why_no_unit_waits;
  static constexpr char const* why_no_handle =
      "a future joins, within a time too, but what it holds has no name and is never a daemon: its end waits";

  struct context {
    class scope;
    std_async& model;
  };

  std_async(options const&, placement const& where) : confinement_(runtime::cpus_of_workers(where)) {}

  template <class Root>
  auto run(Root root) {
    units_made_ = 1;
    return started([this, &root] {
             context own{*this};
             return root(own);
           })
        .get();
  }
  std::uint64_t units_made() const { return units_made_; }

 private:
  /// The future of a thread that runs the body; its end waits for that.
  template <class Body>
  static std::future<std::invoke_result_t<Body&>> started(Body body) {
    try {
      return std::async(std::launch::async, std::move(body));
    } catch (std::system_error const& refused) {
      if (refused.code() != std::errc::resource_unavailable_try_again) throw;
      throw limit_reached(
          "std::async has no room for one more thread; raise what std_thread names, or use fewer units");
    }
  }

  runtime::cpu_confinement confinement_;
  std::atomic<std::uint64_t> units_made_{0};
};

/// Owns the futures of the units that it spawned; also when it is left by an exception it ends only after them.
class std_async::context::scope : public runtime::scope_of<context> {
 public:
  using scope_of::scope_of;

  template <class Result, class Unit>
  void spawn(Result& result, Unit unit) {
    children_.push_back(started([&result, unit, &model = parent_.model] {
      context own{model};
      result = unit(own);
    }));
    // Relaxed: read after the joins, which order it.
    parent_.model.units_made_.fetch_add(1, std::memory_order_relaxed);
  }
  void join() {
    for (auto& child : children_) child.get();
    children_.clear();
  }

 private:
  std::vector<std::future<void>> children_;
};

static_assert(direct_model<std_async>);

}  // namespace unitcost::models
