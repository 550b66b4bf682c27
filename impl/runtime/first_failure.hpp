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

  /// To be called when all units have ended.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void keep(std::exception_ptr failure) noexcept {
    std::lock_guard lock(mutex_);  // a thread's lock: nothing suspends while it is held
    if (!failure_) failure_ = failure;
  }

  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace unitcost::runtime
