// A bounded channel whose put and get switch by themselves: who would block parks, and the scheduler runs who is ready.
#pragma once

#include <cstddef>
#include <utility>

#include "impl/runtime/bounded_buffer.hpp"

namespace unitcost::runtime {

/// Between one unit that puts and one that gets, of a transferring Context (impl/model.hpp), on one worker. So at most
/// one of them waits: the channel cannot be full and empty.
template <class Context, class T>
class channel {
 public:
  explicit channel(std::size_t capacity) : buffer_(capacity) {}

  void put(Context& self, T const& item) {
    while (buffer_.full()) wait(self);
    buffer_.push(item);
    wake_other(self);
  }
  T get(Context& self) {
    while (buffer_.empty()) wait(self);
    T const item = buffer_.pop();
    wake_other(self);
    return item;
  }

 private:
  void wait(Context& self) {
    waiting_ = &self;
    self.park();
  }
  void wake_other(Context& self) {
    if (waiting_ != nullptr) self.wake(*std::exchange(waiting_, nullptr));
  }

  bounded_buffer<T> buffer_;
  Context* waiting_ = nullptr;
};

}  // namespace unitcost::runtime
