// Workers that want too much of something.
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "impl/stackful/stackful.hpp"
#include "tests/faulty/fault.hpp"

namespace unitcost::faulty {
namespace {

using harness::measurement;

void write_a_gibibyte(measurement&) {
  std::string const chunk(64u << 10, 'x');
  for (std::size_t done = 0; done < 1u << 30; done += chunk.size())
    if (::write(STDOUT_FILENO, chunk.data(), chunk.size()) < 0) return;
}

/// Grows to 1 GiB in small steps and then stays, so that a limit that is polled has its chance too.
[[noreturn]] void hog() {
  constexpr std::size_t step_bytes = 4u << 20;
  for (std::size_t held_bytes = 0; held_bytes < 1u << 30; held_bytes += step_bytes) {
    static void* volatile kept = nullptr;
    kept = std::malloc(step_bytes);
    if (kept != nullptr) std::memset(kept, 1, step_bytes);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  linger();
}

/// The kernel kills the child only; the worker goes on as if nothing had been.
void hog_in_a_child(measurement&) {
  pid_t const child = ::fork();
  if (child == 0) hog();
  ::waitpid(child, nullptr, 0);
}

/// A GiB of touched stacks. Their mapping succeeds, so that no allocation fails: the kernel ends the worker.
void hog_with_fibers(measurement&) {
  unit_arrivals arrivals;
  models::stackful::idle units({.bytes = 128 << 10}, arrivals, 16 << 10, 64 << 10);
  units.grow_to(16 << 10);
  linger();
}

}  // namespace

void add_excesses(harness::registry& all) {
  add_fault(all, "output_of_1GiB", write_a_gibibyte);
  add_fault(all, "memory_hog", [](measurement&) { hog(); });
  add_fault(all, "memory_hog_in_a_child", hog_in_a_child);
  add_fault(all, "memory_hog_of_fibers", hog_with_fibers);
}

}  // namespace unitcost::faulty
