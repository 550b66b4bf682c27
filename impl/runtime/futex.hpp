// The kernel's futex(2), between threads and between processes that share the word's memory. std::atomic's wait
// cannot serve here: libstdc++ makes it private to one process and spins first.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <cstdint>

namespace unitcost::runtime {

using futex_word = std::atomic<std::uint32_t>;
static_assert(sizeof(futex_word) == 4 && futex_word::is_always_lock_free);

/// Who shares a word. Between threads of one process the kernel finds it by its address, between processes by the page
/// behind it, which takes longer (FUTEX_PRIVATE_FLAG in futex(2)).
enum class sharing : int { processes = 0, threads = FUTEX_PRIVATE_FLAG };

/// Sleeps while `word == expected`. May return early (signal, spurious wake-up): callers re-check in a loop.
inline void futex_wait(futex_word& word, std::uint32_t expected, sharing between = sharing::processes) {
  ::syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), FUTEX_WAIT | static_cast<int>(between), expected,
            nullptr, nullptr, 0);
}

/// Wakes up to `count` sleepers. Store to the word first: a sleeper re-reads it under the kernel's bucket lock,
/// which orders the store before its check, so no wake-up is lost. `between` as the sleepers say it.
inline void futex_wake(futex_word& word, int count = INT_MAX, sharing between = sharing::processes) {
  ::syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), FUTEX_WAKE | static_cast<int>(between), count, nullptr,
            nullptr, 0);
}

/// A gate: closed until it is opened once, for threads and processes alike.
class futex_gate {
 public:
  void wait() {
    while (open_.load(std::memory_order_acquire) == 0) futex_wait(open_, 0);
  }
  void open() {
    // Release: what the opener wrote before is seen by everyone who passes.
    open_.store(1, std::memory_order_release);
    futex_wake(open_);
  }

 private:
  futex_word open_{0};
};

}  // namespace unitcost::runtime
