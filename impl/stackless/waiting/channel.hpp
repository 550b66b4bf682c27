// A bounded channel between two coroutines of `turns`: put and get are awaited, and suspend only where they would
// block.
#pragma once

#include <coroutine>
#include <cstddef>
#include <utility>

#include "impl/runtime/bounded_buffer.hpp"
#include "impl/stackless/waiting/turns.hpp"
#include "impl/stackless/waiting/waiter.hpp"

namespace unitcost::stackless_runtime {

/// Between one unit that puts and one that gets, on one thread. So at most one of them waits; and whoever it waits for
/// does its part as well: an item goes straight to a unit that waits for one, and one that waits for room finds its own
/// put. Hence who is woken touches the channel no more.
template <class T>
class channel {
 public:
  explicit channel(std::size_t capacity) : buffer_(capacity) {}

  /// co_await channel.put(among, item).
  auto put(turns& among, T const& item) {
    struct put_awaitable : place {
      bool await_ready() const {
        if (this->at.waiting_ != nullptr)
          this->at.hand_to_waiting(this->among, this->item);
        else if (this->at.buffer_.full())
          return false;
        else
          this->at.buffer_.push(this->item);
        return true;
      }
      void await_resume() const noexcept {}
    };
    return put_awaitable{{{}, *this, among, item}};
  }

  /// co_await channel.get(among).
  auto get(turns& among) {
    struct get_awaitable : place {
      bool await_ready() {
        if (this->at.buffer_.empty()) return false;
        this->item = this->at.buffer_.pop();
        if (this->at.waiting_ != nullptr) this->at.take_from_waiting(this->among);
        return true;
      }
      T await_resume() const noexcept { return this->item; }
    };
    return get_awaitable{{{}, *this, among, {}}};
  }

 private:
  /// Who waits, in its frame: with what it puts, or for what it gets.
  struct place : waiter {
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) noexcept {
      this->coroutine = self;
      at.waiting_ = this;
      return among.next();
    }
    channel& at;
    turns& among;
    T item;
  };

  // Whoever waits has left an empty buffer if it gets, and a full one if it puts.

  void hand_to_waiting(turns& among, T const& item) {
    waiting_->item = item;
    among.make_ready(*std::exchange(waiting_, nullptr));
  }
  void take_from_waiting(turns& among) {
    buffer_.push(waiting_->item);
    among.make_ready(*std::exchange(waiting_, nullptr));
  }

  place* waiting_ = nullptr;
  runtime::bounded_buffer<T> buffer_;
};

}  // namespace unitcost::stackless_runtime
