// The task graph of workloads over a range of items (rows, blocks): halves of halves down to the spawn depth.
//
// A unit that may still spawn splits its range in two; depth d gives 2^d leaves, fewer only where a range is down
// to one item. `spawn_depth:all` goes down to one item a leaf. Both spellings stand here once for all of them.
#pragma once

#include <array>
#include <cstdint>

#include "workloads/outcome_sum.hpp"
#include "workloads/spawn_depth.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct item_range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  bool is_leaf(unsigned spawn_depth) const { return count <= 1 || spawn_depth == 0; }
  item_range left() const { return {first, count / 2}; }
  item_range right() const { return {first + count / 2, count - count / 2}; }
};

/// A kernel is a small trivially copyable callable, item_range -> checksum; it is copied into each unit. The
/// checksums of disjoint ranges add up, so the sum does not depend on the order in which units end.
template <class Context, class Kernel>
outcome direct_halves(Context& context, Kernel kernel, item_range items, unsigned spawn_depth) {
  if (items.is_leaf(spawn_depth)) return {1, kernel(items)};
  unsigned const below = one_level_down(spawn_depth);
  std::array<outcome, 2> halves;
  typename Context::scope children(context);
  children.spawn(halves[0], [kernel, half = items.left(), below](Context& child) {
    return direct_halves(child, kernel, half, below);
  });
  children.call(halves[1], [kernel, half = items.right(), below](Context& child) {
    return direct_halves(child, kernel, half, below);
  });
  children.join();
  return with_parent(halves);
}

template <class Model, class Kernel>
typename Model::template task<outcome> awaited_halves(Kernel kernel, item_range items, unsigned spawn_depth) {
  if (items.is_leaf(spawn_depth)) co_return outcome{1, kernel(items)};
  unsigned const below = one_level_down(spawn_depth);
  std::array<outcome, 2> halves;
  co_await Model::spawn(halves[0], awaited_halves<Model>(kernel, items.left(), below));
  co_await Model::call(halves[1], awaited_halves<Model>(kernel, items.right(), below));
  co_await Model::join();
  co_return with_parent(halves);
}

/// Units of the graph above.
inline std::uint64_t units_of_halves(item_range items, unsigned spawn_depth) {
  if (items.is_leaf(spawn_depth)) return 1;
  unsigned const below = one_level_down(spawn_depth);
  return 1 + units_of_halves(items.left(), below) + units_of_halves(items.right(), below);
}

}  // namespace unitcost::workloads
