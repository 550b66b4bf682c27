// A walk through some memory, line by line, whose steps take as long as its lines are far: each step reads from the
// line that it is on which line is next. Where it ends can be told without walking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace unitcost::measures {

struct alignas(64) walk_line {
  std::uint32_t next = 0;
};

namespace walk_order {

/// line -> (factor * line + increment) mod lines is one circle through all of them, if their number is a power of two
/// (Hull and Dobell, 1962), and no even stride.
inline constexpr std::uint32_t factor = 1'664'525, increment = 1'013'904'223;

}  // namespace walk_order

/// A power of two of lines becomes a circle.
inline void lay_out(std::span<walk_line> lines) {
  auto const mask = static_cast<std::uint32_t>(lines.size() - 1);
  for (std::uint32_t line = 0; line <= mask; ++line)
    lines[line].next = (walk_order::factor * line + walk_order::increment) & mask;
}

/// Where so many steps lead. Not inlined: a calibration times the very code that units run.
[[gnu::noinline]] inline std::uint32_t walk(std::span<walk_line const> lines, std::uint32_t from, std::uint64_t steps) {
  std::uint32_t line = from;
  for (std::uint64_t step = 0; step < steps; ++step) line = lines[line].next;
  return line;
}

/// The same without the memory: the map of 2^k steps is made of that of 2^(k-1), and these are put together.
inline std::uint32_t end_of_walk(std::size_t lines, std::uint32_t from, std::uint64_t steps) {
  std::uint32_t line = from, factor = walk_order::factor, increment = walk_order::increment;
  for (; steps > 0; steps /= 2) {
    if (steps % 2 == 1) line = factor * line + increment;
    increment += factor * increment;
    factor *= factor;
  }
  return line & static_cast<std::uint32_t>(lines - 1);
}

}  // namespace unitcost::measures
