// Computing of a length that is a parameter, whose result can be told without doing it: a linear congruential sequence
// (Knuth, The Art of Computer Programming, vol. 2, 3.2.1), of which each step needs the one before and any step can be
// jumped to. So a unit cannot leave it out, and its oracle costs next to nothing.
#pragma once

#include <cstdint>

namespace unitcost::workloads {

/// x -> multiplier * x + increment, modulo 2^64.
struct congruence {
  std::uint64_t multiplier = 6364136223846793005u, increment = 1442695040888963407u;  // Knuth's MMIX, 3.3.4, table 1

  constexpr std::uint64_t of(std::uint64_t value) const { return multiplier * value + increment; }
  /// This one after `first`.
  constexpr congruence after(congruence const& first) const {
    return {multiplier * first.multiplier, of(first.increment)};
  }
};

/// Step by step: four or five cycles each, on processors of the time. Not inlined: timed alone it is the code that
/// units run.
[[gnu::noinline]] inline std::uint64_t compute(std::uint64_t value, std::uint32_t steps) {
  constexpr congruence once;
  for (std::uint32_t step = 0; step < steps; ++step) value = once.of(value);
  return value;
}

/// What `compute` returns, in about log2(steps) steps.
constexpr std::uint64_t computed(std::uint64_t value, std::uint32_t steps) {
  congruence power;  // 2^k steps at once
  for (; steps > 0; steps /= 2, power = power.after(power))
    if (steps % 2 == 1) value = power.of(value);
  return value;
}

}  // namespace unitcost::workloads
