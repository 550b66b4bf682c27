// Two models for tests of workloads, one a spelling. Both run every spawned unit only at its scope's join, the last
// one first: a workload that reads a result before the join, or depends on the order of units, is noticed. Both can be
// told to lose one child or to damage its result.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "workloads/workload.hpp"

namespace unitcost::test_models {

/// What goes wrong, and with which child (spawned or called, counted in the order they run).
struct fault {
  enum class kind { none, lose, corrupt };
  kind what = kind::none;
  std::uint64_t child = 0;
};

inline void damage(std::uint64_t& result) { result ^= 1; }
inline void damage(outcome& result) { result.checksum ^= 1; }

/// Counts the children of one run and plants the fault.
class child_runner {
 public:
  explicit child_runner(fault planted = {}) : planted_(planted) {}

  template <class Result, class Child>
  void run(Result& result, Child&& child) {
    bool const is_struck = planted_.what != fault::kind::none && children_ == planted_.child;
    ++children_;
    if (is_struck && planted_.what == fault::kind::lose) return;
    result = child();
    if (is_struck) damage(result);
  }
  void count_spawn() { ++spawns_; }

  std::uint64_t children() const { return children_; }
  std::uint64_t spawns() const { return spawns_; }

 private:
  fault planted_;
  std::uint64_t children_ = 0;
  std::uint64_t spawns_ = 0;
};

/// Children that wait for their scope's join.
class deferred_children {
 public:
  void add(std::function<void()> child) { waiting_.push_back(std::move(child)); }
  void run_last_first() {
    while (!waiting_.empty()) {
      auto const child = std::move(waiting_.back());
      waiting_.pop_back();
      child();
    }
  }

 private:
  std::vector<std::function<void()>> waiting_;
};

class deferred_direct {
 public:
  struct context {
    child_runner& runner;

    class scope {
     public:
      explicit scope(context& parent) : parent_(parent) {}
      template <class Result, class Unit>
      void spawn(Result& result, Unit const& unit) {
        require_contract<Result, Unit>();
        parent_.runner.count_spawn();
        children_.add([this, &result, unit] { call(result, unit); });
      }
      template <class Result, class Unit>
      void call(Result& result, Unit const& unit) {
        require_contract<Result, Unit>();
        parent_.runner.run(result, [&] { return unit(parent_); });
      }
      void join() { children_.run_last_first(); }

     private:
      /// What impl/model.hpp demands so that a pooled process can be handed a unit as bytes.
      template <class Result, class Unit>
      static void require_contract() {
        static_assert(std::is_trivially_copyable_v<Unit> && sizeof(Unit) <= 64);
        static_assert(std::is_trivially_copyable_v<Result> && sizeof(Result) <= 16);
      }
      context& parent_;
      deferred_children children_;
    };
  };

  template <class Workload>
  static outcome run(typename Workload::input const& in, child_runner& runner) {
    context only{runner};
    return Workload::direct(only, in);
  }
};

class deferred_awaited {
 public:
  template <class T>
  class task {
   public:
    struct promise_type {
      T value{};
      deferred_children children;

      task get_return_object() { return task(std::coroutine_handle<promise_type>::from_promise(*this)); }
      std::suspend_always initial_suspend() noexcept { return {}; }
      std::suspend_always final_suspend() noexcept { return {}; }
      void return_value(T result) { value = result; }
      [[noreturn]] void unhandled_exception() { std::terminate(); }
    };

    explicit task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
    task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    task& operator=(task&&) = delete;
    ~task() {
      if (frame_) frame_.destroy();
    }

    /// Never suspends half-way: all awaitables below continue at once.
    T operator()() {
      frame_.resume();
      return frame_.promise().value;
    }

   private:
    std::coroutine_handle<promise_type> frame_;
  };

  template <class T>
  struct spawning {
    T& result;
    task<T> child;

    bool await_ready() const { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> parent) {
      current->count_spawn();
      auto const kept = std::make_shared<task<T>>(std::move(child));
      parent.promise().children.add([&slot = result, kept] { current->run(slot, *kept); });
      return false;
    }
    void await_resume() const {}
  };
  struct joining {
    bool await_ready() const { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> parent) {
      parent.promise().children.run_last_first();
      return false;
    }
    void await_resume() const {}
  };

  template <class T>
  static spawning<T> spawn(T& result, task<T> child) {
    return {result, std::move(child)};
  }
  template <class T>
  static std::suspend_never call(T& result, task<T> child) {
    current->run(result, child);
    return {};
  }
  static joining join() { return {}; }

  template <class Workload>
  static outcome run(typename Workload::input const& in, child_runner& runner) {
    current = &runner;
    return Workload::template awaited<deferred_awaited>(in)();
  }

 private:
  inline static child_runner* current = nullptr;
};

}  // namespace unitcost::test_models
