// A coroutine of turns that its starter, another one, holds. Beside what it waits with it has to tell of its end, which
// units that nobody holds do not pay for.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/timers.hpp"
#include "impl/stackless/fork_join/cached_frame.hpp"
#include "impl/stackless/waiting/waiter.hpp"
#include "impl/stackless/waiting/waiting_unit.hpp"

namespace unitcost::stackless_runtime {

/// What a held unit, its handle and its turns know of each other.
template <class Turns>
struct held_state {
  Turns& among;
  started_as as;
  bool ended = false;
  waiter* joiner = nullptr;         ///< its starter, suspended until it has ended
  runtime::timer* limit = nullptr;  ///< or until this is due

  /// Who waits for it, until then or for ever, is ready.
  void end() noexcept {
    ended = true;
    if (limit != nullptr) among.stop_timer(*limit);
    if (joiner != nullptr) among.make_ready(*joiner);
  }
};

/// An await in a held unit. A daemon goes on from there only while somebody is left whom the run waits for.
template <class Turns, class Awaitable>
struct held_await {
  bool await_ready() { return !has_to_end() && inner.await_ready(); }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) {
    if (has_to_end()) return std::noop_coroutine();
    return inner.await_suspend(self);
  }
  decltype(auto) await_resume() { return inner.await_resume(); }
  bool has_to_end() const { return of.as.daemon && of.among.ends_daemons(); }

  held_state<Turns>& of;
  Awaitable& inner;  // in the coroutine's frame until this await is over
};

/// Begins when it is first resumed, and is suspended at its end. Turns own it, and destroy it wherever it is.
template <class Turns>
class [[nodiscard]] held_unit {
 public:
  using state = held_state<Turns>;

  struct promise_type : cached_frame {
    held_unit get_return_object() { return held_unit(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    auto final_suspend() const noexcept {
      struct telling_of_the_end {
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<>) const noexcept { of.end(); }
        void await_resume() const noexcept {}
        state& of;
      };
      return telling_of_the_end{*held};
    }
    void return_void() const noexcept {}
    void unhandled_exception() const { failure_of_turns->keep(std::current_exception()); }

    template <class Awaitable>
    auto await_transform(Awaitable&& awaited) {
      return held_await<Turns, std::remove_reference_t<Awaitable>>{*held, awaited};
    }

    std::shared_ptr<state> held;  // from `hold` on, which is before it begins
    waiter place{};               // in the queue before its first turn
  };

  std::coroutine_handle<promise_type> handle() const { return unbegun_; }

 private:
  explicit held_unit(std::coroutine_handle<promise_type> unbegun) : unbegun_(unbegun) {}

  std::coroutine_handle<promise_type> unbegun_;
};

/// For one unit at a time; copies are of the same unit.
template <class Turns>
class held_handle {
 public:
  explicit held_handle(std::shared_ptr<held_state<Turns>> state) : state_(std::move(state)) {}

  auto join() {
    struct end_awaitable : waiter {
      explicit end_awaitable(held_state<Turns>& joined) : waiter{}, of(joined) {}
      bool await_ready() const noexcept { return of.ended; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) noexcept {
        coroutine = self;
        of.joiner = this;
        return of.among.next();
      }
      void await_resume() const noexcept { of.joiner = nullptr; }
      held_state<Turns>& of;
    };
    return end_awaitable(*state_);
  }
  /// The others run meanwhile. One that never gives its turn away, or gives it for ever and never sleeps, keeps its
  /// joiner waiting beyond the time.
  auto join_within(std::int64_t limit_ns) {
    struct end_within_awaitable : waiter {
      end_within_awaitable(held_state<Turns>& joined, std::int64_t most_ns) : waiter{}, of(joined), limit_ns(most_ns) {}
      bool await_ready() const noexcept { return of.ended || limit_ns <= 0; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) {
        coroutine = self;
        limit.unit = self.address();
        of.among.start_timer(limit, runtime::now_ns(), limit_ns);
        of.joiner = this;
        of.limit = &limit;
        return of.among.next();
      }
      /// Resumed by the end, which has stopped the timer, or by the timer and before the unit could run again.
      bool await_resume() const noexcept {
        of.joiner = nullptr;
        of.limit = nullptr;
        return of.ended;
      }
      held_state<Turns>& of;
      std::int64_t limit_ns;
      runtime::timer limit{};
    };
    return end_within_awaitable(*state_, limit_ns);
  }
  bool alive() const { return !state_->ended; }
  std::string_view name() const { return state_->as.name; }
  bool daemon() const { return state_->as.daemon; }

 private:
  std::shared_ptr<held_state<Turns>> state_;
};

}  // namespace unitcost::stackless_runtime
