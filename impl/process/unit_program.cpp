// The program that a unit of launch:vfork or launch:posix_spawn becomes: it says when it started and ends. Linked
// statically, so that exec's price is not that of a dynamic linker.
//
// usage: unitcost_unit FD    FD: an inherited descriptor of shared memory that holds one std::int64_t
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "impl/runtime/clock.hpp"

int main(int argument_count, char** arguments) {
  // First of all: what a unit's first instruction is in the other models. exec and the C library's start are before.
  std::int64_t const started_ns = unitcost::runtime::now_ns();
  if (argument_count != 2) return 2;
  void* const shared =
      ::mmap(nullptr, sizeof started_ns, PROT_READ | PROT_WRITE, MAP_SHARED, std::atoi(arguments[1]), 0);
  if (shared == MAP_FAILED) return 1;
  *static_cast<std::int64_t*>(shared) = started_ns;
  return 0;
}
