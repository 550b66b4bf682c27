// A first-in, first-out buffer of fixed size for units that take turns on one kernel thread: no lock, no atomic.
#pragma once

#include <cstddef>
#include <vector>

namespace unitcost::runtime {

template <class T>
class bounded_buffer {
 public:
  explicit bounded_buffer(std::size_t capacity) : items_(capacity) {}

  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == items_.size(); }

  /// Not when full.
  void push(T const& item) {
    items_[end_] = item;
    end_ = after(end_);
    ++count_;
  }
  /// Not when empty.
  T pop() {
    T const item = items_[first_];
    first_ = after(first_);
    --count_;
    return item;
  }

 private:
  std::size_t after(std::size_t place) const { return place + 1 < items_.size() ? place + 1 : 0; }

  std::vector<T> items_;
  std::size_t first_ = 0, end_ = 0, count_ = 0;
};

}  // namespace unitcost::runtime
