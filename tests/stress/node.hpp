// A unit without a coroutine: what the deque, the join and the parking are made for, and an oracle of what becomes of
// it.
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/stackless/fork_join/split_join.hpp"
#include "tests/stress/delayed_atomic.hpp"

namespace unitcost::stress {

/// Of a random tree: each node has two joins, each for none to three children.
struct shape {
  std::uint64_t seed;
  unsigned depth;

  static constexpr unsigned joins = 2, most_children = 3;
  unsigned children(unsigned join) const { return depth == 0 ? 0 : (hash() >> (8 * join)) % (most_children + 1); }
  shape child(unsigned join, unsigned index) const { return {hash() + join * most_children + index, depth - 1}; }
  std::uint64_t nodes() const {
    std::uint64_t count = 1;
    for (unsigned join = 0; join < joins; ++join)
      for (unsigned index = 0; index < children(join); ++index) count += child(join, index).nodes();
    return count;
  }

 private:
  std::uint64_t hash() const {  // splitmix64 (Steele, Lea, Flood, 2014)
    std::uint64_t mixed = seed * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
  }
};

/// Belongs to whoever took it, as a unit does. Its plain members are for ThreadSanitizer to watch. The atomic ones,
/// which order nothing, count what must happen once.
template <class Join>
struct node {
  node(shape const& what, node* above, std::uint64_t* result) : form(what), parent(above), nodes_below(result) {}

  shape form;
  node* parent;
  std::uint64_t* nodes_below;  ///< in the parent
  unsigned join_now = 0;
  unsigned spawned = 0;
  std::uint64_t total = 1;
  std::uint64_t results[shape::most_children] = {};
  Join join;
  std::atomic<unsigned> offered{0};  ///< 1 while it lies in a deque
  std::atomic<unsigned> joins_passed{0};
};

using delayed_join = stackless_runtime::split_join<delayed_atomic>;

}  // namespace unitcost::stress
