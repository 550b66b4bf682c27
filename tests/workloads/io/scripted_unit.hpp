// The calls of a unit in a conversation that a test scripts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>

namespace unitcost::test {

/// A unit whose reads and writes go as scripted: a number of bytes at most, 0 or -errno. What is written comes back.
struct scripted_unit {
  std::deque<std::int64_t> answers;  // for reads and writes in turn; when there are none left: as much as there is
  std::deque<std::byte> on_its_way;

  template <class Move>
  std::int64_t answer(std::size_t possible, Move move) {
    std::int64_t const most = answers.empty() ? static_cast<std::int64_t>(possible) : answers.front();
    if (!answers.empty()) answers.pop_front();
    if (most <= 0) return most;
    std::size_t const count = std::min(possible, static_cast<std::size_t>(most));
    for (std::size_t index = 0; index < count; ++index) move(index);
    return static_cast<std::int64_t>(count);
  }
  std::int64_t read_some(int&, std::span<std::byte> into) {
    return answer(std::min(into.size(), on_its_way.size()), [&](std::size_t index) {
      into[index] = on_its_way.front();
      on_its_way.pop_front();
    });
  }
  std::int64_t write_some(int&, std::span<std::byte const> from) {
    return answer(from.size(), [&](std::size_t index) { on_its_way.push_back(from[index]); });
  }
};

struct no_streams {
  int in = 0, out = 0;
};

struct unobserved {
  void round(std::uint64_t) const {}
  void end() const {}
};

}  // namespace unitcost::test
