// The coroutine of a unit: its task, its promise, and what it can co_await to start and join others.
#pragma once

#include <coroutine>
#include <exception>
#include <type_traits>

#include "impl/stackless/fork_join/worker.hpp"

namespace unitcost::stackless_runtime {

template <class T>
class promise;

/// A unit that was made: it has ended, as a plain call; or it is suspended, and not all of it may have been run. It is
/// to be awaited by spawn or call at once, in the expression that makes it. It owns nothing, so that it travels in a
/// register and leaves nothing to destroy in the frame of whoever awaits it; hence one that has ended and is never
/// awaited leaks its frame (frames_alive counts it), and one that has not ends the process (worker.hpp). Which of the
/// two it is depends on when thieves come.
template <class T>
class [[nodiscard]] task {
 public:
  explicit task(promise<T>& made) : unit_(&made) {}
  promise<T>& made() const { return *unit_; }

 private:
  promise<T>* unit_;
};

/// What a unit awaits, in Model::spawn, call and join: its promise makes the awaitable of it, which knows the unit.
template <class T>
struct [[nodiscard]] spawn_request {
  task<T> child;
  T& result;
};
template <class T>
struct [[nodiscard]] call_request {
  task<T> child;
  T& result;
};
struct [[nodiscard]] join_request {};

/// The parent goes on here when the child has ended, or earlier on the worker that steals its continuation. Whether
/// it has ended was found out where this was made: an awaitable is copied, so it had better be small.
struct spawn_awaitable {
  bool child_has_ended;
  bool await_ready() const noexcept { return child_has_ended; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};

/// The parent goes on where the child ends.
struct call_awaitable {
  unit* waiting;  // null when the child has ended
  bool await_ready() const noexcept { return waiting == nullptr; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const {
    if (waiting != nullptr && waiting->failed()) [[unlikely]]
      worker::current->run.failure.rethrow_shared();
  }
};

/// Goes on at once, without suspending, when no continuation was stolen since the last join; otherwise when all
/// children have ended, on the worker where the last child does.
struct join_awaitable {
  unit& joining;
  bool await_ready() const noexcept { return !joining.join().was_stolen(); }
  bool await_suspend(std::coroutine_handle<>) const noexcept {
    worker& here = *worker::current;
    if (joining.join().arrive_at_join()) return false;
    here.unit_waits();  // the unit may already be another worker's
    return true;
  }
  void await_resume() const {
    if (joining.failed()) [[unlikely]]
      worker::current->run.failure.rethrow_shared();
  }
};

/// Suspends a unit that may not start as a plain call.
struct start_awaitable {
  [[gnu::always_inline]] bool await_ready() const noexcept { return this_thread_plain_start.allowed(); }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> unstarted) const noexcept {
    if (worker::current != nullptr) worker::current->suspends_unstarted(unstarted.promise());
  }
  void await_resume() const noexcept {}
};

template <class T>
class promise : public unit {
 public:
  static_assert(std::is_trivially_copyable_v<T>, "a unit's result is copied out of its frame, never destroyed there");

  promise() {}  // neither of the union's members is there yet
  task<T> get_return_object() { return task<T>(*this); }
  start_awaitable initial_suspend() const noexcept { return {}; }
  /// Whoever finds it ended frees its frame: its parent, or `drive`.
  std::suspend_always final_suspend() const noexcept { return {}; }

  template <class Result>
  spawn_awaitable await_transform(spawn_request<Result> spawned) {
    return {has_ended(spawned.child.made(), spawned.result, start::spawned)};
  }
  template <class Result>
  call_awaitable await_transform(call_request<Result> called) {
    return {has_ended(called.child.made(), called.result, start::called) ? nullptr : this};
  }
  join_awaitable await_transform(join_request) noexcept { return {*this}; }

  /// For a unit that does not end as a plain call: where its result goes.
  void write_to(T& result) { result_ = &result; }
  void return_value(T value) {
    if (how() == start::plain) [[likely]]
      value_ = value;
    else
      *result_ = value;
    end_as(progress::returned);
  }
  T value() const { return value_; }
  void unhandled_exception() {
    worker::current->run.failure.keep(std::current_exception());
    set_failed();
    end_as(progress::failed);
  }

 private:
  /// Whether the child has ended, as a plain call; its result is then in its place and its frame is free. If not, this
  /// unit is to be suspended, and the child goes on as `how` says.
  template <class Result>
  [[gnu::always_inline]] bool has_ended(promise<Result>& child, Result& result, start how) {
    if (child.reached() != progress::returned) [[unlikely]]
      return has_failed(child, result, how);
    result = child.value();
    child.free_frame();
    return true;
  }
  template <class Result>
  [[gnu::noinline, gnu::cold]] bool has_failed(promise<Result>& child, Result& result, start how) {
    if (child.reached() == progress::failed) {
      set_failed();
      child.free_frame();
      if (how == start::called) worker::current->run.failure.rethrow_shared();
      return true;
    }
    child.write_to(result);
    child.continue_below(*this, how);
    worker::current->suspends_for(child, *this);
    return false;
  }

  union {
    T value_;    // of a plain call, until its parent takes it
    T* result_;  // of any other
  };
};
static_assert(alignof(promise<char>) == alignof(unit));  // unit::handle relies on it

}  // namespace unitcost::stackless_runtime

/// A unit's frame is freed at its end without being destroyed (see free_frame), so there must be nothing in it to
/// destroy: by then its variables are gone, but not its parameters.
template <class T, class... Parameters>
struct std::coroutine_traits<unitcost::stackless_runtime::task<T>, Parameters...> {
  static_assert((std::is_trivially_destructible_v<Parameters> && ...),
                "a unit's parameters must be trivially destructible: pass what owns something by reference");
  using promise_type = unitcost::stackless_runtime::promise<T>;
};
