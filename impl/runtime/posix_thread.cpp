#include "impl/runtime/posix_thread.hpp"

#include <limits.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string>
#include <system_error>

#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/kernel_limits.hpp"
#include "impl/runtime/kernel_refusal.hpp"
#include "impl/runtime/timed_futex.hpp"

namespace unitcost::runtime {
namespace {

/// pthread_attr_t with the life time of a block.
class attribute_block {
 public:
  explicit attribute_block(thread_attributes const& attributes) {
    if (int const error = ::pthread_attr_init(&block_); error != 0)
      throw std::system_error(error, std::generic_category(), "pthread_attr_init");
    try {
      set_stack(attributes.stack_bytes);
      set_cpu(attributes.cpu);
    } catch (...) {
      ::pthread_attr_destroy(&block_);
      throw;
    }
  }
  attribute_block(attribute_block const&) = delete;
  attribute_block& operator=(attribute_block const&) = delete;
  ~attribute_block() { ::pthread_attr_destroy(&block_); }

  pthread_attr_t const* get() const { return &block_; }
  std::size_t stack_bytes() const {
    std::size_t bytes = 0;
    ::pthread_attr_getstacksize(&block_, &bytes);
    return bytes;
  }

 private:
  void set_stack(std::size_t bytes) {
    if (bytes != 0 && ::pthread_attr_setstacksize(&block_, bytes) != 0)
      throw limit_reached("a thread's stack of " + std::to_string(bytes) + " bytes is less than PTHREAD_STACK_MIN (" +
                          std::to_string(PTHREAD_STACK_MIN) + "); ask for a larger one");
  }
  void set_cpu(int cpu) {
    if (cpu == thread_attributes::any_cpu) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(cpu), &set);
    if (int const error = ::pthread_attr_setaffinity_np(&block_, sizeof set, &set); error != 0)
      throw std::system_error(error, std::generic_category(), "pinning a thread to cpu " + std::to_string(cpu));
  }

  pthread_attr_t block_;
};

[[noreturn]] void throw_not_started(int error, thread_attributes const& attributes) {
  if (error == EAGAIN || error == ENOMEM)
    throw kernel_refusal(
        error,
        "no room for one more thread; raise kernel.threads-max, kernel.pid_max, vm.max_map_count (two mappings a "
        "thread), pids.max of the cgroup or RLIMIT_NPROC (ulimit -u), or use fewer units");
  if (error == EINVAL && attributes.cpu != thread_attributes::any_cpu)
    throw std::system_error(
        error, std::generic_category(),
        "pinning a thread to cpu " + std::to_string(attributes.cpu) + "; allow that cpu or name another");
  if (error == EINVAL && attributes.stack_bytes != 0)
    throw limit_reached("a thread's stack of " + std::to_string(attributes.stack_bytes) +
                        " bytes cannot hold the program's thread-local storage; ask for a larger one");
  throw std::system_error(error, std::generic_category(), "starting a thread");
}

}  // namespace

void* posix_thread::run_body(void* body) {
  auto* const own = static_cast<body_base*>(body);
  own->run();
  end(*own);
  return nullptr;
}

void posix_thread::end(body_base& own) noexcept {
  // Release: what the body wrote, to an owner who waits by the word. Acquire: after the last access of one who let go.
  std::uint32_t const before = own.stage.exchange(ended, std::memory_order_acq_rel);
  // The body is still there: its owner frees it only after pthread_join.
  if (before == waited_for) futex_wake(own.stage, 1, sharing::threads);
  if (before == let_go_of) delete &own;
}

pthread_t posix_thread::start(thread_attributes const& attributes, body_base& body) {
  attribute_block const block(attributes);
  pthread_t id{};
  if (int const error = ::pthread_create(&id, block.get(), run_body, &body); error != 0)
    throw_not_started(error, attributes);
  return id;
}

void posix_thread::join() noexcept {
  if (body_ == nullptr) return;
  ::pthread_join(id_, nullptr);
  body_.reset();
}

// By a word of our own. pthread_clockjoin_np would do, but thread sanitizers (of LLVM 19 still) do not know it and take
// what the thread wrote for a race; pthread_timedjoin_np counts on CLOCK_REALTIME, which may be set meanwhile; a future
// would be one more object on the heap.
bool posix_thread::join_within(std::int64_t limit_ns) noexcept {
  if (body_ == nullptr) return true;
  std::int64_t const until_ns = now_ns() + limit_ns;
  std::uint32_t seen = running;
  // Acquire, here and below: what the body wrote.
  body_->stage.compare_exchange_strong(seen, waited_for, std::memory_order_acquire);
  while (body_->stage.load(std::memory_order_acquire) != ended) {
    std::int64_t const left_ns = until_ns - now_ns();
    if (left_ns <= 0) return false;
    futex_wait_for(body_->stage, waited_for, left_ns, sharing::threads);
  }
  join();
  return true;
}

bool posix_thread::join_if_ended() noexcept {
  if (body_ != nullptr && body_->stage.load(std::memory_order_acquire) != ended) return false;
  join();
  return true;
}

void posix_thread::let_go() noexcept {
  if (body_ == nullptr) return;
  // Acquire and release as in `end`. Where the thread has said its end, it may be about to wake who waited: only its
  // join tells that it has done with the body.
  if (body_->stage.exchange(let_go_of, std::memory_order_acq_rel) == ended) return join();
  ::pthread_detach(id_);
  static_cast<void>(body_.release());  // the thread's
}

void require_stack_for(std::size_t touch_bytes, std::size_t stack_bytes) {
  // On top of its stack glibc keeps the thread's descriptor (2.3 KiB) and thread-local storage; below them come the
  // body's own frames. Two pages hold both here.
  constexpr std::size_t occupied_bytes = 8192;
  std::size_t const available_bytes = attribute_block({.stack_bytes = stack_bytes}).stack_bytes();
  if (touch_bytes != 0 && touch_bytes + occupied_bytes > available_bytes)
    throw not_supported("a stack of " + std::to_string(available_bytes) + " bytes has no room to touch " +
                        std::to_string(touch_bytes) + " and " + std::to_string(occupied_bytes) +
                        " for the thread's own use; ask for a larger stack");
}

std::uint64_t thread_limit() {
  constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
  static std::uint64_t const most = std::min({number_in("/proc/sys/kernel/threads-max").value_or(none),
                                              number_in("/proc/sys/kernel/pid_max").value_or(none), max_map_count() / 2,
                                              user_process_limit().value_or(none)});
  return most;
}

}  // namespace unitcost::runtime
