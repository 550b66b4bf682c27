// A list that a forking process may write between two forks without paying for it in each child.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include "impl/runtime/shared_region.hpp"

namespace unitcost::runtime {

/// Up to `limit` values in shared memory, of use to the process that made it. A private page that a parent writes
/// between two forks is copied for every child (copy on write); a shared one never is, so that bookkeeping is not
/// measured as the children's memory.
template <class T>
class shared_list {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit shared_list(std::size_t limit) : region_(sizeof(std::size_t) + alignof(T) + limit * sizeof(T)) {}

  void push_back(T value) { items()[count()++] = value; }
  void pop_back() { --count(); }
  void clear() { count() = 0; }
  T& back() { return items()[size() - 1]; }
  std::span<T const> values() const { return {items(), size()}; }
  std::size_t size() const { return *reinterpret_cast<std::size_t const*>(region_.bytes().data()); }

 private:
  std::size_t& count() { return *reinterpret_cast<std::size_t*>(region_.bytes().data()); }
  T* items() const {
    std::size_t const offset = (sizeof(std::size_t) + alignof(T) - 1) / alignof(T) * alignof(T);
    return reinterpret_cast<T*>(region_.bytes().data() + offset);
  }

  shared_region region_;  // zero-filled: empty
};

}  // namespace unitcost::runtime
