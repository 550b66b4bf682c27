// Units that a test holds by handles, and what they share with it.
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::test {

/// In shared memory.
struct held_board {
  std::atomic<std::uint64_t> steps{0};
  std::atomic<std::uint64_t> ended{0};
  std::atomic<bool> told_to_end{false};
};

inline constexpr std::int64_t step_ns = 100'000;
inline constexpr std::int64_t short_limit_ns = 2'000'000;
/// For what has to come: fails on no machine that is merely busy.
inline constexpr std::int64_t generous_limit_ns = 30'000'000'000;

template <class Unit>
void wait_a_step(Unit& unit) {
  if constexpr (sleeping<Unit>)
    unit.sleep_since(runtime::now_ns(), step_ns);
  else
    runtime::sleep_until(runtime::now_ns() + step_ns);
}

/// Steps until it is told to end.
inline auto going_on(held_board& board) {
  return [all = &board](auto& unit) {
    while (!all->told_to_end) {
      ++all->steps;
      wait_a_step(unit);
    }
    ++all->ended;
  };
}

inline auto ending_at_once(held_board& board) {
  return [all = &board](auto&) { ++all->ended; };
}

/// Runs root(unit) as one that starts others, on the caller's thread where the model can.
template <class Model, class Root>
void run_starter(Root const& root) {
  auto const how = Model::variants().front().options;
  auto const counted = [&root](typename Model::context& unit) {
    root(unit);
    return std::uint64_t{1};
  };
  if constexpr (caller_run<Model>)
    Model::run_on_caller(how, {}, counted);
  else
    Model(how, {}).run(counted);
}

}  // namespace unitcost::test
