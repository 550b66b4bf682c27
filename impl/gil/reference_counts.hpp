// Three ways to count the references to an object that threads share: what an interpreter does at nearly every step.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace unitcost::gil {

/// For threads of which one at a time executes.
class plain_count {
 public:
  static constexpr std::string_view name = "plain";

  void take() { write(read() + 1); }
  /// True: it was the last, and the object is to be ended.
  bool give_back() {
    write(read() - 1);
    return read() == 0;
  }
  std::int64_t references() const { return read(); }

 private:
  // Relaxed and not read-modify-write: the same instructions as of a plain variable, of which a loop would keep the
  // value in a register.
  std::int64_t read() const { return count_.load(std::memory_order_relaxed); }
  void write(std::int64_t count) { count_.store(count, std::memory_order_relaxed); }

  std::atomic<std::int64_t> count_{1};
};

/// For any threads, as std::shared_ptr counts.
class atomic_count {
 public:
  static constexpr std::string_view name = "atomic";

  /// Relaxed: who takes a reference has one, so the object lives.
  void take() { count_.fetch_add(1, std::memory_order_relaxed); }
  /// Release: what a thread did to the object comes before it is ended by whoever gives back the last reference.
  /// Acquire: that one sees it.
  bool give_back() { return count_.fetch_sub(1, std::memory_order_acq_rel) == 1; }
  std::int64_t references() const { return count_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::int64_t> count_{1};
};

/// For any threads, cheap for the one that made the object: it counts for itself, without a locked instruction, and all
/// others count together (Choi, Shull and Torrellas, "Biased reference counting", PACT 2018; CPython's PEP 703). Left
/// out is what is rare: that the owner's part ends before the others', for which these merge the two.
class biased_count {
 public:
  static constexpr std::string_view name = "biased";

  void take() {
    if (is_owner())
      add_own(1);
    else
      of_others_.fetch_add(1, std::memory_order_relaxed);  // as above
  }
  /// Of the owner's own references the last, if the others have given back all of theirs.
  bool give_back() {
    if (!is_owner()) {
      of_others_.fetch_sub(1, std::memory_order_release);
      return false;
    }
    return add_own(-1) == 0 && of_others_.load(std::memory_order_acquire) == 0;
  }
  /// Exact when nobody uses it.
  std::int64_t references() const {
    return of_owner_.load(std::memory_order_relaxed) + of_others_.load(std::memory_order_acquire);
  }
  /// The calling thread becomes the owner, before any other has the object.
  void adopt() { owner_ = &this_thread_; }

 private:
  bool is_owner() const { return owner_ == &this_thread_; }
  std::int64_t add_own(std::int64_t change) {
    std::int64_t const now = of_owner_.load(std::memory_order_relaxed) + change;
    of_owner_.store(now, std::memory_order_relaxed);
    return now;
  }

  inline static thread_local char this_thread_ = 0;  ///< its address is the thread's name

  char const* owner_ = nullptr;
  // A line each, or the owner would wait for the others after all.
  alignas(64) std::atomic<std::int64_t> of_owner_{1};
  alignas(64) std::atomic<std::int64_t> of_others_{0};
};

}  // namespace unitcost::gil
