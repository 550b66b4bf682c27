// Several objects in memory that forked children share with their parent.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "impl/runtime/shared_region.hpp"

namespace unitcost::runtime {

/// `count` default-constructed objects side by side in a shared region, destroyed by the process that made them.
template <class T>
class shared_array {
 public:
  explicit shared_array(std::size_t count)
      : region_(count * sizeof(T)), items_(reinterpret_cast<T*>(region_.bytes().data()), count) {
    std::uninitialized_default_construct(items_.begin(), items_.end());
  }
  shared_array(shared_array const&) = delete;
  shared_array& operator=(shared_array const&) = delete;
  ~shared_array() { std::destroy(items_.begin(), items_.end()); }

  T& operator[](std::size_t index) const { return items_[index]; }
  std::size_t size() const { return items_.size(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

 private:
  shared_region region_;
  std::span<T> items_;
};

}  // namespace unitcost::runtime
