// The coroutine of a unit: its task, its promise, and what it can co_await to start and join others.
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

#include "impl/stackless/worker.hpp"

namespace unitcost::stackless_runtime {

template <class T>
class promise;

/// A unit that has not started, and its frame's owner until then. Starts when it is spawned, called or run.
template <class T>
class [[nodiscard]] task {
 public:
  using promise_type = promise<T>;

  explicit task(promise<T>& made) : unit_(&made) {}
  task(task&& other) noexcept : unit_(std::exchange(other.unit_, nullptr)) {}
  task& operator=(task&&) = delete;
  ~task() {
    if (unit_ != nullptr) unit_->handle().destroy();
  }
  void set_result(T& result) { unit_->result_ = &result; }
  void start_below(unit& parent, start how) { unit_->start_below(parent, how); }
  /// The unit, about to start; at its end it frees its frame itself.
  unit& release() { return *std::exchange(unit_, nullptr); }

 private:
  promise<T>* unit_;
};

template <class T>
class promise : public unit {
 public:
  task<T> get_return_object() { return task<T>(*this); }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  auto final_suspend() const noexcept {
    struct final_awaitable {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise> ended) const noexcept {
        return finish(ended.promise());
      }
      void await_resume() const noexcept {}
    };
    return final_awaitable{};
  }
  void return_value(T value) { *result_ = std::move(value); }
  void unhandled_exception() {
    if (worker::current == nullptr) std::terminate();  // idle units and rings: there is no run to tell
    worker::current->run.record_failure();
    set_failed();
  }

 private:
  friend class task<T>;
  T* result_ = nullptr;
};
static_assert(alignof(promise<char>) == alignof(unit));  // unit::handle relies on it

/// Runs the child at once on this worker. The parent goes on here when the child has ended, or earlier on the
/// worker that steals its continuation.
template <class T>
class [[nodiscard]] spawn_awaitable {
 public:
  spawn_awaitable(T& result, task<T>&& child) : child_(std::move(child)) { child_.set_result(result); }
  bool await_ready() const noexcept { return false; }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<promise<P>> parent) {
    // Out of the parent's frame, where this awaitable lives, before a thief may resume and end the parent.
    task<T> child = std::move(child_);
    child.start_below(parent.promise(), start::spawned);
    worker::current->publish(parent.promise());
    return transfer_to(child.release().handle());
  }
  void await_resume() const noexcept {}

 private:
  task<T> child_;
};

/// A unit that goes on after a child sees the exception, if one left a unit below it.
class rethrowing_awaitable {
 public:
  bool await_ready() const noexcept { return false; }
  void await_resume() const {
    if (waiting_->failed()) [[unlikely]]
      std::rethrow_exception(worker::current->run.failure());
  }

 protected:
  unit* waiting_ = nullptr;
};

/// Runs the child on this worker; the parent goes on where the child ends.
template <class T>
class [[nodiscard]] call_awaitable : public rethrowing_awaitable {
 public:
  call_awaitable(T& result, task<T>&& child) : child_(std::move(child)) { child_.set_result(result); }
  template <class P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<promise<P>> parent) noexcept {
    waiting_ = &parent.promise();
    child_.start_below(*waiting_, start::called);
    return transfer_to(child_.release().handle());
  }

 private:
  task<T> child_;
};

/// Goes on at once when no continuation was stolen since the last join or all children have ended; otherwise on the
/// worker where the last child ends.
class [[nodiscard]] join_awaitable : public rethrowing_awaitable {
 public:
  template <class P>
  bool await_suspend(std::coroutine_handle<promise<P>> parent) noexcept {
    unit& joining = *(waiting_ = &parent.promise());
    return joining.was_stolen() && !joining.arrive_at_join();
  }
};

}  // namespace unitcost::stackless_runtime
