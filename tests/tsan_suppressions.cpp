// What ThreadSanitizer cannot see, read by its runtime at the start of a test program.

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

extern "C" char const* __tsan_default_suppressions();  // sanitizer/tsan_interface.h, which g++ lacks

// An exception that a task's handle carried over is freed by whoever lets go of it last, which the count of its owners
// decides: atomics within libstdc++.so, which is not instrumented. The free looks like a race with what another owner
// read before it let go.
extern "C" char const* __tsan_default_suppressions() {
  return "race:std::__exception_ptr::exception_ptr::_M_release\n";
}

#endif
#endif
