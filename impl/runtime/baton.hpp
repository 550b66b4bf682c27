// A baton: what one kernel-scheduled unit hands to another so that the other goes on. Four kinds, one per
// primitive that programs use for it, for threads and, in shared memory, for processes.
//
// The contract of each: `give()` leaves the baton for its one taker and wakes it; `take()` sleeps until the baton
// is there and takes it. What the giver wrote before is seen by the taker after. A baton given before the taker
// sleeps is not lost. A second one given before the first was taken may merge with it: a ring has only one.
// None spins: a unit that waits leaves its CPU to others, so each hand-over is a wake-up by the kernel.
#pragma once

#include <pthread.h>

#include "impl/runtime/futex.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::runtime {

/// The bare minimum: one word, one system call on either side.
template <sharing Between>
class basic_futex_baton {
 public:
  void give() {
    // Release pairs with take's acquire: without it the taker could read what the giver wrote as it was before.
    here_.store(1, std::memory_order_release);
    // Always: to know that nobody sleeps would take a third state, and in a ring somebody does.
    futex_wake(here_, 1, Between);
  }
  void take() {
    while (here_.exchange(0, std::memory_order_acquire) == 0) futex_wait(here_, 0, Between);
  }

 private:
  futex_word here_{0};
};
using futex_baton = basic_futex_baton<sharing::processes>;
using thread_futex_baton = basic_futex_baton<sharing::threads>;

/// What most programs use: a flag under a mutex, and a condition variable.
class condition_variable_baton {
 public:
  explicit condition_variable_baton(sharing between = sharing::processes);
  condition_variable_baton(condition_variable_baton const&) = delete;
  condition_variable_baton& operator=(condition_variable_baton const&) = delete;
  // No pthread_*_destroy: glibc's holds nothing but its own memory, and its pthread_cond_destroy waits for
  // every waiter to leave, so it would hang for ever on a waiter that was a process and was killed.

  void give();
  void take();

 private:
  pthread_mutex_t mutex_;
  pthread_cond_t given_;
  bool here_ = false;
};
struct thread_condition_variable_baton : condition_variable_baton {
  thread_condition_variable_baton() : condition_variable_baton(sharing::threads) {}
};

/// One byte through a pipe: two descriptors, inherited by forked units. Throws limit_reached when there is no
/// descriptor left.
class pipe_baton {
 public:
  void give();
  void take();

 private:
  pipe_ends ends_ = open_pipe();
};

/// A counter of the kernel behind one descriptor, inherited by forked units: see eventfd(2). Throws limit_reached
/// when there is no descriptor left.
class eventfd_baton {
 public:
  eventfd_baton();

  void give();
  void take();

 private:
  owned_descriptor counter_;
};

}  // namespace unitcost::runtime
