// A kernel thread with a stack of a chosen size on a chosen CPU: what std::thread cannot ask for. Otherwise the
// same: std::thread is pthread_create around a body on the heap, too.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "impl/runtime/futex.hpp"

namespace unitcost::runtime {

struct thread_attributes {
  static constexpr int any_cpu = -1;

  std::size_t stack_bytes = 0;  ///< 0: the system's default, RLIMIT_STACK when the program started
  int cpu = any_cpu;            ///< the one CPU it may run on, from its first instruction

  /// The CPU of thread `index` where threads are dealt out to `cpus` in turn.
  static int cpu_of(std::vector<int> const& cpus, std::size_t index) {
    return cpus.empty() ? any_cpu : cpus[index % cpus.size()];
  }
};

/// Owns a thread and the body that it runs; the destructor joins. An exception that leaves the body ends the program
/// (std::terminate), as with std::thread.
///
/// The body stays the owner's: a thread that freed it would make glibc set up a malloc arena for that thread, which
/// would then be measured as the thread's memory. Only where the owner has let go of it the thread frees it.
class posix_thread {
 public:
  posix_thread() = default;  ///< no thread

  /// Starts a thread that runs `body()`. Throws limit_reached where the machine has no room for one more or the
  /// stack is too small, std::system_error for a CPU that is not ours.
  template <class Body>
  posix_thread(thread_attributes const& attributes, Body body)
      : body_(std::make_unique<body_of<Body>>(std::move(body))), id_(start(attributes, *body_)) {}

  posix_thread(posix_thread&&) noexcept = default;
  posix_thread& operator=(posix_thread&& other) noexcept {
    std::swap(body_, other.body_);
    std::swap(id_, other.id_);
    return *this;
  }
  ~posix_thread() { join(); }

  /// Returns when the body has ended; what it wrote is then visible. Does nothing where there is no thread.
  void join() noexcept;
  /// False when the body goes on for longer than that.
  bool join_within(std::int64_t limit_ns) noexcept;
  /// Joins a thread that has ended, and says whether there was none left to wait for.
  bool join_if_ended() noexcept;
  /// Nobody joins it any more: it goes on until its body returns, or the process ends.
  void let_go() noexcept;

 private:
  struct body_base {
    virtual ~body_base() = default;
    virtual void run() = 0;
    futex_word stage{running};
  };
  /// What thread and owner know of each other. `waited_for`: the end is announced by a futex_wake.
  static constexpr std::uint32_t running = 0, waited_for = 1, ended = 2, let_go_of = 3;

  template <class Body>
  struct body_of final : body_base {
    explicit body_of(Body&& from) : body(std::move(from)) {}
    void run() override { body(); }
    Body body;
  };

  static void* run_body(void* body);
  static void end(body_base& own) noexcept;
  static pthread_t start(thread_attributes const& attributes, body_base& body);

  std::unique_ptr<body_base> body_;
  pthread_t id_{};
};

/// Throws not_supported unless a thread with this stack (0: the default) can write to `touch_bytes` of it.
void require_stack_for(std::size_t touch_bytes, std::size_t stack_bytes);

/// The most threads that one process can have here: the smallest of kernel.threads-max, kernel.pid_max, half of
/// vm.max_map_count (each stack is two mappings: itself and its guard page) and, but for root, RLIMIT_NPROC. A pids
/// cgroup may end it earlier, which limit_reached then tells. As it was at the first call: each worker asks for hundreds
/// of cases.
std::uint64_t thread_limit();

}  // namespace unitcost::runtime
