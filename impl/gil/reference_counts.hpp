// Three ways to count the references to an object that threads share: what an interpreter does at nearly every step.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <thread>

namespace unitcost::gil {

/// For threads of which one at a time executes.
class plain_count {
 public:
  static constexpr std::string_view name = "plain";

  void take() { write(read() + 1); }
  void give_back() { write(read() - 1); }
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
  /// Release: what a thread did to the object comes before it is ended by whoever gives back the last reference; that
  /// one acquires.
  void give_back() { count_.fetch_sub(1, std::memory_order_acq_rel); }
  std::int64_t references() const { return count_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::int64_t> count_{1};
};

/// For any threads, cheap for the one that made the object: it counts for itself, without a locked instruction, and all
/// others count together (Choi, Shull and Torrellas, "Biased reference counting", PACT 2018; CPython's PEP 703).
class biased_count {
 public:
  static constexpr std::string_view name = "biased";

  void take() { add(1); }
  void give_back() { add(-1); }
  /// Exact when nobody uses it.
  std::int64_t references() const {
    return of_owner_.load(std::memory_order_relaxed) + of_others_.load(std::memory_order_acquire);
  }
  /// The calling thread becomes the owner, before any other has the object.
  void adopt() { owner_ = std::this_thread::get_id(); }

 private:
  void add(std::int64_t change) {
    if (owner_ == std::this_thread::get_id())
      of_owner_.store(of_owner_.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
    else
      of_others_.fetch_add(change, std::memory_order_acq_rel);
  }

  std::thread::id owner_;
  // A line each, or the owner would wait for the others after all.
  alignas(64) std::atomic<std::int64_t> of_owner_{1};
  alignas(64) std::atomic<std::int64_t> of_others_{0};
};

}  // namespace unitcost::gil
