// nqueens: all ways to place n queens on n rows. It measures an irregular search: subtrees differ in size and many
// die early, so a model that hands out work badly leaves workers idle.
//
// A unit is a board; each legal placement on a row above the spawn depth makes one. `spawn_depth:all` makes every
// legal placement a unit, complete boards included.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "workloads/outcome_sum.hpp"
#include "workloads/parameter_range.hpp"
#include "workloads/spawn_depth.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct nqueens {
  static constexpr std::string_view name = "nqueens";
  static constexpr unsigned most_queens = 16;  // results of a unit's children: 256 bytes of its stack or frame

  struct parameters {
    unsigned n = 11;
    unsigned spawn_depth = every_call;
  };
  using input = parameters;

  static std::string label(parameters const& p) {
    return "n:" + std::to_string(p.n) + "/" + spawn_depth_label(p.spawn_depth);
  }
  static std::size_t memory_bytes(parameters const&) { return 0; }
  static input prepare(parameters const& p, std::span<std::byte>) {
    require_within(name, "n", p.n, 1, most_queens);
    return p;
  }

  /// The rows filled so far, as the next row sees them: bit c is set where column c is taken or under attack.
  struct board {
    std::uint32_t all_columns;
    std::uint32_t columns = 0;
    std::uint32_t rising = 0;   ///< attacked along diagonals; moves up one column a row
    std::uint32_t falling = 0;  ///< moves down one column a row

    static board empty(unsigned n) { return {(1u << n) - 1}; }
    bool is_complete() const { return columns == all_columns; }
    std::uint32_t free_columns() const { return all_columns & ~(columns | rising | falling); }
    board with_queen(std::uint32_t column) const {
      return {all_columns, columns | column, (rising | column) << 1, (falling | column) >> 1};
    }
  };

  /// The leaf kernel: plain recursion over the free columns of the next row.
  static std::uint64_t solutions(board const& b) {
    if (b.is_complete()) return 1;
    std::uint64_t total = 0;
    for (std::uint32_t free = b.free_columns(); free != 0; free = without_lowest(free))
      total += solutions(b.with_queen(lowest(free)));
    return total;
  }

  static std::uint64_t serial(input const& in) { return solutions(board::empty(in.n)); }

  static outcome oracle(parameters const& p) {
    require_within(name, "n", p.n, 1, most_queens);
    census search{p.n, p.spawn_depth};
    search.fill_from(0);
    return search.result;
  }

  template <class Context>
  static outcome direct(Context& context, input const& in) {
    return direct_branch(context, board::empty(in.n), in.spawn_depth);
  }

  template <class Model>
  static typename Model::template task<outcome> awaited(input in) {
    return awaited_branch<Model>(board::empty(in.n), in.spawn_depth);
  }

 private:
  using branch_outcomes = std::array<outcome, most_queens>;

  static constexpr std::uint32_t lowest(std::uint32_t free) { return free & (~free + 1); }
  static constexpr std::uint32_t without_lowest(std::uint32_t free) { return free & (free - 1); }

  static bool is_leaf(board const& b, unsigned spawn_depth) {
    return spawn_depth == 0 || b.is_complete() || b.free_columns() == 0;
  }

  template <class Context>
  static outcome direct_branch(Context& context, board const& b, unsigned spawn_depth) {
    if (is_leaf(b, spawn_depth)) return {1, solutions(b)};
    branch_outcomes results;
    unsigned placed = 0;
    typename Context::scope children(context);
    for (std::uint32_t free = b.free_columns(); free != 0; free = without_lowest(free)) {
      auto const unit = [next = b.with_queen(lowest(free)), below = one_level_down(spawn_depth)](Context& child) {
        return direct_branch(child, next, below);
      };
      bool const is_last = without_lowest(free) == 0;
      if (is_last)
        children.call(results[placed++], unit);
      else
        children.spawn(results[placed++], unit);
    }
    children.join();
    return with_parent(results);
  }

  template <class Model>
  static typename Model::template task<outcome> awaited_branch(board b, unsigned spawn_depth) {
    if (is_leaf(b, spawn_depth)) co_return outcome{1, solutions(b)};
    unsigned const below = one_level_down(spawn_depth);
    branch_outcomes results;
    unsigned placed = 0;
    for (std::uint32_t free = b.free_columns(); free != 0; free = without_lowest(free)) {
      board const next = b.with_queen(lowest(free));
      bool const is_last = without_lowest(free) == 0;
      if (is_last)
        co_await Model::call(results[placed++], awaited_branch<Model>(next, below));
      else
        co_await Model::spawn(results[placed++], awaited_branch<Model>(next, below));
    }
    co_await Model::join();
    co_return with_parent(results);
  }

  /// The oracle's search shares nothing with the kernel: one flag per column and diagonal, as in Wirth,
  /// "Algorithms + Data Structures = Programs" (1976), section 3.5.
  struct census {
    unsigned n;
    unsigned spawn_depth;
    outcome result{1, 0};
    std::array<bool, most_queens> column{};
    std::array<bool, 2 * most_queens> sum{};
    std::array<bool, 2 * most_queens> difference{};

    void fill_from(unsigned row) {
      if (row == n) {
        ++result.checksum;
        return;
      }
      for (unsigned c = 0; c < n; ++c) {
        if (column[c] || sum[row + c] || difference[row + most_queens - c]) continue;
        if (row < spawn_depth) ++result.units;
        column[c] = sum[row + c] = difference[row + most_queens - c] = true;
        fill_from(row + 1);
        column[c] = sum[row + c] = difference[row + most_queens - c] = false;
      }
    }
  };
};

static_assert(cpu_workload<nqueens>);

}  // namespace unitcost::workloads
