// A task of a pool, and what its owner holds of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <optional>
#include <type_traits>
#include <utility>

#include "impl/pools/pool_errors.hpp"

namespace unitcost::pools {

/// The owner's side, a copyable reference to one task. What the task wrote is seen by whoever learned that it is ready.
template <class Result>
class task_handle {
 public:
  explicit task_handle(std::shared_future<Result> result) : result_(std::move(result)) {}

  /// Whether the task has ended, by a result or an error.
  bool ready() const { return wait_for(0); }
  void wait() const { result_.wait(); }
  /// False when the time passes first: it ends the wait, not the task.
  bool wait_for(std::int64_t limit_ns) const {
    return result_.wait_for(std::chrono::nanoseconds(limit_ns)) == std::future_status::ready;
  }
  /// Waits. Throws what the task threw, task_dropped when it never ran. May be called again.
  decltype(auto) get() const { return result_.get(); }

 private:
  std::shared_future<Result> result_;
};

/// The pool's side. Either run or dropped, once; the handle is ready when that returns. Neither throws.
class task {
 public:
  task() = default;
  task(task const&) = delete;
  task& operator=(task const&) = delete;
  virtual ~task() = default;

  virtual void run() noexcept = 0;
  virtual void drop() noexcept = 0;
};

/// Calls `body()`, then `ended()` when the handle is ready.
template <class Body, class Ended>
class promised_task final : public task {
 public:
  using result_type = std::invoke_result_t<Body&>;

  promised_task(Body body, Ended ended) : body_(std::move(body)), ended_(std::move(ended)) {}

  task_handle<result_type> handle() { return task_handle<result_type>(result_.get_future().share()); }

  void run() noexcept override {
    try {
      if constexpr (std::is_void_v<result_type>) {
        (*body_)();
        end([this] { result_.set_value(); });
      } else {
        end([this, value = (*body_)()]() mutable { result_.set_value(std::move(value)); });
      }
    } catch (...) {
      end([this, error = std::current_exception()] { result_.set_exception(error); });
    }
  }
  void drop() noexcept override {
    end([this] { result_.set_exception(std::make_exception_ptr(task_dropped())); });
  }

 private:
  /// The body is gone before anybody hears of the end: what it held is free for who waits for that.
  template <class Settle>
  void end(Settle settle) {
    body_.reset();
    settle();
    ended_();
  }

  std::optional<Body> body_;
  Ended ended_;
  std::promise<result_type> result_;
};

}  // namespace unitcost::pools
