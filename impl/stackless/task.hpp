// The coroutine of a unit: its task, its promise, and what it can co_await to start and join others.
#pragma once

#include <coroutine>
#include <exception>
#include <type_traits>
#include <utility>

#include "impl/stackless/worker.hpp"

namespace unitcost::stackless_runtime {

template <class T>
class promise;

/// A unit that has not started. To be awaited by spawn or call, or run, once. It owns nothing, so that it travels in a
/// register and leaves nothing to destroy in the frame of whoever awaits it; hence one that is never started leaks its
/// frame (frames_alive counts it).
template <class T>
class [[nodiscard]] task {
 public:
  explicit task(promise<T>& made) : unit_(&made) {}
  /// The unit, which is to write its result there. At its end it frees its frame itself.
  promise<T>& start_into(T& result) const {
    unit_->result_ = &result;
    return *unit_;
  }

 private:
  promise<T>* unit_;
};

/// What a unit awaits, in Model::spawn, call and join: its promise makes the awaitable of it, which knows the unit.
struct [[nodiscard]] spawn_request {
  unit* child;
};
struct [[nodiscard]] call_request {
  unit* child;
};
struct [[nodiscard]] join_request {};

/// Runs the child at once on this worker. The parent goes on here when the child has ended, or earlier on the worker
/// that steals its continuation.
class spawn_awaitable {
 public:
  spawn_awaitable(unit& parent, unit& child) : child_(child) { child.start_below(parent, start::spawned); }
  bool await_ready() const noexcept { return false; }
  [[gnu::always_inline]] std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const {
    // Out of the parent's frame, where this awaitable lives, before a thief may resume and end the parent.
    unit& child = child_;
    worker::current->publish_parent_of(child);
    return transfer_to(child.handle());
  }
  void await_resume() const noexcept {}

 private:
  unit& child_;
};

/// A unit that goes on after a child sees the exception, if one left a unit below it.
class rethrowing_awaitable {
 public:
  void await_resume() const {
    if (waiting_.failed()) [[unlikely]]
      worker::current->run.rethrow_shared_failure();
  }

 protected:
  explicit rethrowing_awaitable(unit& waiting) : waiting_(waiting) {}
  unit& waiting_;
};

/// Runs the child on this worker; the parent goes on where the child ends.
class call_awaitable : public rethrowing_awaitable {
 public:
  call_awaitable(unit& parent, unit& child) : rethrowing_awaitable(parent), child_(child) {
    child.start_below(parent, start::called);
  }
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return transfer_to(child_.handle()); }

 private:
  unit& child_;
};

/// Goes on at once, without suspending, when no continuation was stolen since the last join; otherwise when all
/// children have ended, on the worker where the last child does.
class join_awaitable : public rethrowing_awaitable {
 public:
  explicit join_awaitable(unit& joining) : rethrowing_awaitable(joining) {}
  bool await_ready() const noexcept { return !waiting_.join().was_stolen(); }
  bool await_suspend(std::coroutine_handle<>) const noexcept { return !waiting_.join().arrive_at_join(); }
};

template <class T>
class promise : public unit {
 public:
  task<T> get_return_object() { return task<T>(*this); }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  auto final_suspend() const noexcept {
    struct final_awaitable {
      bool await_ready() const noexcept { return false; }
      [[gnu::always_inline]] std::coroutine_handle<> await_suspend(
          std::coroutine_handle<promise> ended) const noexcept {
        return finish(ended.promise());
      }
      void await_resume() const noexcept {}
    };
    return final_awaitable{};
  }
  spawn_awaitable await_transform(spawn_request spawned) noexcept { return {*this, *spawned.child}; }
  call_awaitable await_transform(call_request called) noexcept { return {*this, *called.child}; }
  join_awaitable await_transform(join_request) noexcept { return join_awaitable(*this); }
  template <class Awaitable>
  Awaitable&& await_transform(Awaitable&& other) const noexcept {
    return std::forward<Awaitable>(other);
  }
  void return_value(T value) { *result_ = std::move(value); }
  void unhandled_exception() {
    if (worker::current == nullptr) std::terminate();  // idle units and rings: there is no run to tell
    worker::current->run.record_failure();
    if (parent() != nullptr) parent()->set_failed();
  }

 private:
  friend class task<T>;
  T* result_;  // set when it starts
};
static_assert(alignof(promise<char>) == alignof(unit));  // unit::handle relies on it

}  // namespace unitcost::stackless_runtime

/// A unit's frame is freed at its end without being destroyed (see finish), so there must be nothing in it to destroy:
/// by then its variables are gone, but not its parameters.
template <class T, class... Parameters>
struct std::coroutine_traits<unitcost::stackless_runtime::task<T>, Parameters...> {
  static_assert((std::is_trivially_destructible_v<Parameters> && ...),
                "a unit's parameters must be trivially destructible: pass what owns something by reference");
  using promise_type = unitcost::stackless_runtime::promise<T>;
};
