// primitives, the awaiting side: what a stackless unit takes to be resumed, to hand over and to come and go, beside a
// bare coroutine.
//
// Both sides run the same source, a template over the kind of coroutine, with the same await in it: what differs is the
// promise, and how it is started and ended. Their loops take turns, some 0.2 ms each, so that the ratio is taken
// between neighbours. The coroutines are made by functions that are not inlined, as if they stood in another file: a
// compiler that sees a coroutine come and go may elide the bare one's allocation (clang does), and then nothing would
// be compared. Loops say that they mostly go on: g++ otherwise lays out the longer end of a unit before them, which is
// a jump more.
#pragma once

#include <array>
#include <coroutine>
#include <cstdint>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/side_by_side.hpp"
#include "benchmarks/measures/units/bare_coroutine.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/stackless/waiting/turn_awaitables.hpp"
#include "impl/stackless/waiting/waiting_unit.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info awaiting_side_info{
    .name = "primitives",
    .question =
        "What does a stackless unit that waits cost to resume, to transfer to, to make and end, beside a bare "
        "coroutine?",
    .from = "just before the first resume, transfer or making of a slice of some 0.2 ms",
    .to = "the last one of the slice has returned",
    .unit = "ns per resume, transfer or cycle; the ratio to the bare coroutine as a plain number",
    .method =
        "slices of ours and of a loop over std::coroutine_handle with an empty promise take turns in one process; "
        "medians over the slices, and of the ratio within each pair of neighbours; nothing is subtracted",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/units/awaiting_side.hpp"};

/// A unit outside of any run, as idle units and rings are.
struct own_way {
  using coroutine = stackless_runtime::waiting_unit;
  using transfer = stackless_runtime::transfer_awaitable;

  static std::coroutine_handle<> start(coroutine made) { return made.handle(); }
  static void resume(std::coroutine_handle<> suspended) { stackless_runtime::drive(suspended); }
  static void end(std::coroutine_handle<> ended) { ended.destroy(); }
};

template <class Allocation>
struct bare_way {
  using coroutine = bare_coroutine<Allocation>;
  struct transfer {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return next; }
    void await_resume() const noexcept {}
    std::coroutine_handle<> next;
  };

  static std::coroutine_handle<> start(coroutine made) { return made.handle; }
  static void resume(std::coroutine_handle<> suspended) { suspended.resume(); }
  static void end(std::coroutine_handle<> ended) { ended.destroy(); }
};

/// Counted by the coroutines themselves.
struct turn_count {
  std::uint64_t taken = 0, due = 0;
};

template <class Way>
[[gnu::noinline]] typename Way::coroutine turn_taker(turn_count& turns) {
  while (turns.taken < turns.due) [[likely]] {
      ++turns.taken;
      co_await std::suspend_always();
    }
}

/// One coroutine, resumed `resumes` times, each time as far as its next await. Returns the nanoseconds.
template <class Way>
[[gnu::noinline]] std::int64_t time_resumes(std::uint64_t resumes, turn_count& turns) {
  turns.due += resumes;
  std::coroutine_handle<> const only = Way::start(turn_taker<Way>(turns));
  std::int64_t const begun = runtime::now_ns();
  for (std::uint64_t count = 0; count < resumes; ++count) Way::resume(only);
  std::int64_t const elapsed = runtime::now_ns() - begun;
  Way::resume(only);  // to its end
  Way::end(only);
  return elapsed;
}

struct passing_pair {
  turn_count& turns;
  std::array<std::coroutine_handle<>, 2> members{};
};

template <class Way>
[[gnu::noinline]] typename Way::coroutine passer(passing_pair& pair, unsigned other) {
  while (pair.turns.taken < pair.turns.due) [[likely]] {
      ++pair.turns.taken;
      co_await typename Way::transfer{pair.members[other]};
    }
}

/// Two coroutines that go on with each other by symmetric transfer.
template <class Way>
[[gnu::noinline]] std::int64_t time_transfers(std::uint64_t transfers, turn_count& turns) {
  turns.due += transfers;
  passing_pair pair{turns};
  pair.members = {Way::start(passer<Way>(pair, 1)), Way::start(passer<Way>(pair, 0))};
  std::int64_t const begun = runtime::now_ns();
  Way::resume(pair.members[0]);  // returns when one of the two has ended
  std::int64_t const elapsed = runtime::now_ns() - begun;
  Way::resume(pair.members[transfers % 2 == 0 ? 1 : 0]);  // the other
  for (std::coroutine_handle<> each : pair.members) Way::end(each);
  return elapsed;
}

template <class Way>
[[gnu::noinline]] typename Way::coroutine awaits_once(turn_count& turns) {
  co_await std::suspend_always();
  ++turns.taken;
}

/// Coroutines that are made, run as far as their only await, run to their end and are destroyed, one after the other.
template <class Way>
[[gnu::noinline]] std::int64_t time_cycles(std::uint64_t cycles, turn_count& turns) {
  turns.due += cycles;
  std::int64_t const begun = runtime::now_ns();
  for (std::uint64_t count = 0; count < cycles; ++count) {
    std::coroutine_handle<> const one = Way::start(awaits_once<Way>(turns));
    Way::resume(one);
    Way::resume(one);
    Way::end(one);
  }
  return runtime::now_ns() - begun;
}

/// How `ours` and `bare`, functions of a number of iterations and a turn_count, compare; turns are checked.
template <class Ours, class Bare>
side_by_side compare_ways(double measuring_s, harness::measurement& given, Ours ours, Bare bare) {
  turn_count our_turns, bare_turns;
  auto const result = time_by_turns(
      measuring_s, [&](std::uint64_t count) { return ours(count, our_turns); },
      [&](std::uint64_t count) { return bare(count, bare_turns); });
  given.check(our_turns.taken + bare_turns.taken, our_turns.due + bare_turns.due, 0, 0);
  return result;
}

/// `primitives` counts the cases of this file among its own.
void add_awaiting_side_cases(harness::registry& all);

void report_primitive(side_by_side const& found, harness::measurement& given);

/// How long a case of this measure measures, of the profile's time: slices are short, and 100 of them are enough.
inline constexpr double awaiting_side_share = 0.3;

}  // namespace unitcost::measures
