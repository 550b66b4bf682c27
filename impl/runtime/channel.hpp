// A bounded channel whose put and get switch by themselves: who would block parks, and the scheduler runs who is ready.
#pragma once

#include <cstddef>
#include <utility>

#include "impl/runtime/bounded_buffer.hpp"

namespace unitcost::runtime {

/// Between one unit that puts and one that gets, of a transferring Context (impl/model.hpp), on one worker. So at most
/// one of them waits; and whoever it waits for does its part as well: an item goes straight to a unit that waits for
/// one, and one that waits for room finds its own put. Hence who is woken touches the channel no more.
template <class Context, class T>
class channel {
 public:
  explicit channel(std::size_t capacity) : buffer_(capacity) {}

  void put(Context& self, T const& item) {
    if (waiting_ != nullptr) {  // for an item: the buffer is empty
      waiting_->item = item;
      wake_waiting(self);
    } else if (buffer_.full()) {
      wait_as(self, item);
    } else {
      buffer_.push(item);
    }
  }
  T get(Context& self) {
    if (buffer_.empty()) return wait_as(self, {});
    T const item = buffer_.pop();
    if (waiting_ != nullptr) {  // for room
      buffer_.push(waiting_->item);
      wake_waiting(self);
    }
    return item;
  }

 private:
  /// On the stack of who waits: with what it puts, or for what it gets.
  struct place {
    Context& who;
    T item;
    bool done = false;
  };

  /// Parks as often as it is woken by others than whom it waits for.
  T wait_as(Context& self, T const& item) {
    place own{self, item};
    waiting_ = &own;
    while (!own.done) self.park();
    waiting_ = waiting_ == &own ? nullptr : waiting_;  // nobody's by now, as g++ 12 cannot know (-Wdangling-pointer)
    return own.item;
  }
  void wake_waiting(Context& self) {
    place& woken = *std::exchange(waiting_, nullptr);
    woken.done = true;
    self.wake(woken.who);
  }

  place* waiting_ = nullptr;
  bounded_buffer<T> buffer_;
};

}  // namespace unitcost::runtime
