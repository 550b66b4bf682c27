// A bounded channel between two coroutines of `turns`: put and get are awaited, and suspend only where they would
// block.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "impl/runtime/bounded_buffer.hpp"
#include "impl/stackless/turns.hpp"

namespace unitcost::stackless_runtime {

/// Between one unit that puts and one that gets, on one thread. So at most one of them waits, and who is woken finds
/// what it waited for.
template <class T>
class channel {
 public:
  explicit channel(std::size_t capacity) : buffer_(capacity) {}

  /// co_await channel.put(among, index of the caller, item).
  auto put(turns& among, unsigned self, T const& item) {
    struct put_awaitable : waiting {
      bool await_ready() const noexcept { return !this->at.buffer_.full(); }
      void await_resume() const {
        this->at.buffer_.push(item);
        this->at.wake_other(this->among);
      }
      T item;
    };
    return put_awaitable{{*this, among, self}, item};
  }

  /// co_await channel.get(among, index of the caller).
  auto get(turns& among, unsigned self) {
    struct get_awaitable : waiting {
      bool await_ready() const noexcept { return !this->at.buffer_.empty(); }
      T await_resume() const {
        T const item = this->at.buffer_.pop();
        this->at.wake_other(this->among);
        return item;
      }
    };
    return get_awaitable{{*this, among, self}};
  }

 private:
  struct waiting {
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) const noexcept {
      at.waiting_ = self;
      return among.park().await_suspend(caller);
    }
    channel& at;
    turns& among;
    unsigned self;
  };

  void wake_other(turns& among) {
    if (!waiting_) return;
    among.wake(*waiting_);
    waiting_.reset();
  }

  runtime::bounded_buffer<T> buffer_;
  std::optional<unsigned> waiting_;
};

}  // namespace unitcost::stackless_runtime
