// What ThreadSanitizer cannot see, read by its runtime at the start of a test program.

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

extern "C" char const* __tsan_default_suppressions();  // sanitizer/tsan_interface.h, which g++ lacks

// Libraries of Debian's are not instrumented, so what happens within them orders nothing:
// - An exception that a task's handle carried over is freed by whoever lets go of it last, which the count of its
//   owners decides: atomics within libstdc++.so.
// - Boost.Fiber's mutex and condition variable, by which the first worker tells the others that a run is over.
extern "C" char const* __tsan_default_suppressions() {
  return "race:std::__exception_ptr::exception_ptr::_M_release\n"
         "race:unitcost::models::boost_fiber_parts::worker_threads::help\n";
}

#endif
#endif
