// What the kernel might answer and seldom does: the tests' own read, write, epoll_wait and what an io_uring is entered
// by stand before the real ones (the linker's --wrap), and do as they are told.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace unitcost::test {

/// While it lives all read and write calls of the process are counted, in whatever thread, and every
/// `interrupted_every`-th of those of at least `from_size` bytes is interrupted (EINTR). Short ones need no help: a
/// message larger than a pipe makes them. (To return less than the kernel has would be no test: a reactor relies on it
/// that it never does, epoll(7).)
class injected_calls {
 public:
  struct orders {
    std::size_t from_size = 0;
    unsigned interrupted_every = 0;  ///< 0: none
    /// The error number of what waits for events, or hands over to an io_uring, and then does nothing; 0: none fails.
    int waits_fail_with = 0;
    std::uint64_t failing_waits = std::numeric_limits<std::uint64_t>::max();  ///< so many, and no later ones
  };
  explicit injected_calls(orders what);
  ~injected_calls();
  injected_calls(injected_calls const&) = delete;
  injected_calls& operator=(injected_calls const&) = delete;

  std::uint64_t reads() const { return reads_; }
  std::uint64_t writes() const { return writes_; }
  std::uint64_t interrupted() const { return interrupted_; }
  /// Of epoll's, those that fail among them.
  std::uint64_t waits() const { return waits_; }

  /// For the wrappers: whether the call is to be interrupted.
  bool interrupts_read(std::size_t size) { return interrupts(++reads_, size); }
  bool interrupts_write(std::size_t size) { return interrupts(++writes_, size); }
  void count_wait() { ++waits_; }
  /// The error number that this wait fails with; 0: none.
  int refusal_of_wait();

 private:
  bool interrupts(std::uint64_t call, std::size_t size);

  orders what_;
  std::atomic<std::uint64_t> reads_{0}, writes_{0}, waits_{0}, interrupted_{0}, refused_waits_{0};
};

}  // namespace unitcost::test
