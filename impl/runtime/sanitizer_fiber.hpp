// What AddressSanitizer and ThreadSanitizer must be told when a kernel thread changes its stack. Empty, and free,
// in a build without them. (sanitizer/common_interface_defs.h, sanitizer/tsan_interface.h)
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define UNITCOST_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNITCOST_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define UNITCOST_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNITCOST_TSAN 1
#endif
#endif

#if defined(UNITCOST_ASAN)
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(UNITCOST_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

namespace unitcost::runtime {

/// One stack, as the sanitizers see it. Use, around each switch from `a` to `b`:
///   on a's stack, last:   a.leave_for(b)  (or a.leave_for_ever(b) when a has ended)
///   on b's stack, first:  b.arrive()
class sanitizer_fiber {
 public:
  /// A stack of our own, [bottom, bottom + bytes).
  sanitizer_fiber([[maybe_unused]] void* bottom, [[maybe_unused]] std::size_t bytes) {
#if defined(UNITCOST_ASAN)
    bottom_ = bottom;
    bytes_ = bytes;
#endif
#if defined(UNITCOST_TSAN)
    tsan_ = __tsan_create_fiber(0);
    owned_ = true;
#endif
  }

  /// The calling kernel thread's own stack. Call on that thread, before its first switch.
  sanitizer_fiber() {
#if defined(UNITCOST_ASAN)
    pthread_attr_t own;
    pthread_getattr_np(pthread_self(), &own);
    void* bottom = nullptr;
    pthread_attr_getstack(&own, &bottom, &bytes_);
    pthread_attr_destroy(&own);
    bottom_ = bottom;
#endif
#if defined(UNITCOST_TSAN)
    tsan_ = __tsan_get_current_fiber();
#endif
  }

  sanitizer_fiber(sanitizer_fiber const&) = delete;
  sanitizer_fiber& operator=(sanitizer_fiber const&) = delete;

  /// Call on another stack than this one.
  ~sanitizer_fiber() {
#if defined(UNITCOST_ASAN)
    // The frames that were never returned from leave their red zones behind; the next user's are elsewhere.
    if (ended_) __asan_unpoison_memory_region(bottom_, bytes_);
#endif
#if defined(UNITCOST_TSAN)
    if (owned_) __tsan_destroy_fiber(tsan_);
#endif
  }

  void leave_for([[maybe_unused]] sanitizer_fiber& next) {
#if defined(UNITCOST_ASAN)
    __sanitizer_start_switch_fiber(&fake_stack_, next.bottom_, next.bytes_);
#endif
    tell_tsan(next);
  }

  void leave_for_ever([[maybe_unused]] sanitizer_fiber& next) {
#if defined(UNITCOST_ASAN)
    ended_ = true;
    __sanitizer_start_switch_fiber(nullptr, next.bottom_, next.bytes_);  // null: frees the fake stack
#endif
    tell_tsan(next);
  }

  /// It is suspended and never resumed.
  void end_suspended() {
#if defined(UNITCOST_ASAN)
    ended_ = true;
#endif
  }

  void arrive() {
#if defined(UNITCOST_ASAN)
    __sanitizer_finish_switch_fiber(fake_stack_, nullptr, nullptr);
#endif
  }

 private:
  // Flag 0: the two stacks take turns on one kernel thread, so what one did happened before what the other does.
  // Called last: TSan's own stack of calls changes with it.
  [[gnu::always_inline]] inline void tell_tsan([[maybe_unused]] sanitizer_fiber& next) {
#if defined(UNITCOST_TSAN)
    __tsan_switch_to_fiber(next.tsan_, 0);
#endif
  }

#if defined(UNITCOST_ASAN)
  void const* bottom_ = nullptr;
  std::size_t bytes_ = 0;
  void* fake_stack_ = nullptr;  ///< where frames live under detect_stack_use_after_return
  bool ended_ = false;
#endif
#if defined(UNITCOST_TSAN)
  void* tsan_ = nullptr;
  bool owned_ = false;
#endif
};

}  // namespace unitcost::runtime

#undef UNITCOST_ASAN
#undef UNITCOST_TSAN
