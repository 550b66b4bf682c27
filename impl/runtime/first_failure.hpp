// The first exception that left a unit.
#pragma once

#include <exception>
#include <mutex>

namespace unitcost::runtime {

/// Collects what units throw, where an exception that leaves a unit would end the process.
class first_failure {
 public:
  template <class Body>
  void guard(Body&& body) noexcept {
    try {
      body();
    } catch (...) {
      keep(std::current_exception());
    }
  }
  /// Any thread.
  void keep(std::exception_ptr failure) noexcept {
    std::lock_guard lock(mutex_);  // a thread's lock: nothing suspends while it is held
    if (!failure_) failure_ = failure;
  }

  /// While others may fail, by whoever knows that one has.
  [[noreturn, gnu::noinline, gnu::cold]] void rethrow_shared() {
    std::unique_lock lock(mutex_);
    std::exception_ptr const failure = failure_;
    lock.unlock();
    std::rethrow_exception(failure);
  }

  // To be called before there are units, or when all have ended.

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }
  bool is_there() const { return failure_ != nullptr; }
  void forget() { failure_ = nullptr; }

 private:
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace unitcost::runtime
