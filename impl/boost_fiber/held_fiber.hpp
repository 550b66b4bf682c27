// A Boost.Fiber that its starter, another one, holds: boost::fibers::fiber, whose join has no time-out, and beside it a
// condition variable. (A boost::fibers::future would give a turn away whenever it is asked whether it is ready.)
#pragma once

#include <boost/fiber/condition_variable.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/mutex.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "impl/boost_fiber/fiber_stack.hpp"
#include "impl/model.hpp"

namespace unitcost::models::boost_fiber_parts {

/// For the fiber that started it. Moved from or joined it holds nothing, and its unit is not alive.
class held_fiber {
 public:
  /// Throws std::bad_alloc where there is no memory for a stack.
  template <class Body>
  held_fiber(fiber_stack& stacks, started_as const& as, Body body)
      : as_(as),
        end_(std::make_unique<announced_end>()),
        unit_(boost::fibers::launch::dispatch, std::allocator_arg, stacks,
              [end = end_.get(), body = std::move(body)]() mutable {
                body();
                end->announce();
              }) {}
  held_fiber(held_fiber&&) noexcept = default;
  held_fiber& operator=(held_fiber&& other) noexcept {
    std::swap(as_, other.as_);
    std::swap(end_, other.end_);
    std::swap(unit_, other.unit_);
    return *this;
  }
  ~held_fiber() { join(); }

  void join() {
    if (unit_.joinable()) unit_.join();
  }
  /// The others run meanwhile. One that neither waits nor yields keeps its joiner waiting beyond the time.
  bool join_within(std::int64_t limit_ns) {
    if (alive() && !end_->await_within(std::chrono::nanoseconds(limit_ns))) return false;
    join();
    return true;
  }
  bool alive() const { return unit_.joinable() && !end_->has_come(); }
  std::string_view name() const { return as_.name; }
  bool daemon() const { return as_.daemon; }

 private:
  /// The handle's: it is joined before that ends.
  class announced_end {
   public:
    void announce() {
      std::lock_guard const hold(mutex_);
      // Release: what the unit wrote, on another worker perhaps.
      came_.store(true, std::memory_order_release);
      told_.notify_one();
    }
    bool has_come() const { return came_.load(std::memory_order_acquire); }
    bool await_within(std::chrono::nanoseconds limit) {
      std::unique_lock lock(mutex_);
      return told_.wait_for(lock, limit, [this] { return has_come(); });
    }

   private:
    boost::fibers::mutex mutex_;
    boost::fibers::condition_variable told_;
    std::atomic<bool> came_{false};
  };

  started_as as_;
  std::unique_ptr<announced_end> end_;
  boost::fibers::fiber unit_;
};

static_assert(unit_handle<held_fiber>);

}  // namespace unitcost::models::boost_fiber_parts
