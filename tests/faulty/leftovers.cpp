// Workers that hold more after the case than before it.
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>

#include "tests/faulty/fault.hpp"

namespace unitcost::faulty {
namespace {

using harness::measurement;

/// Twice what the balance grants to libraries' pools.
void leak(measurement&) {
  constexpr std::size_t bytes = 32u << 20;
  static void* volatile kept = nullptr;
  kept = std::malloc(bytes);
  if (kept == nullptr) throw std::bad_alloc();
  std::memset(kept, 1, bytes);
}

/// One more than the balance grants to oneTBB.
void leave_threads(measurement&) {
  for (unsigned thread = 0; thread <= std::thread::hardware_concurrency(); ++thread) std::thread(linger).detach();
}

void leave_descriptor(measurement&) {
  if (::dup(STDIN_FILENO) < 0) throw std::runtime_error("dup failed");
}

}  // namespace

void add_leftovers(harness::registry& all) {
  add_fault(all, "leak", leak);
  add_fault(all, "thread_left_behind", leave_threads);
  add_fault(all, "descriptor_left_behind", leave_descriptor);
}

}  // namespace unitcost::faulty
