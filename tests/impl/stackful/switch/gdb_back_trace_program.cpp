// A unit that calls a function of its own, in which gdb_back_trace_test.sh stops: the back-trace shown there has to end
// in the start of the unit.
#include "impl/stackful/fork_join/scheduler.hpp"
#include "impl/stackful/waiting/turns.hpp"

extern "C" [[gnu::noinline]] void stop_in_a_unit(unitcost::fibers::fiber& self) {
  asm volatile("" : : "r"(&self) : "memory");
}

int main() {
  using namespace unitcost::fibers;
  scheduler one_worker({.bytes = 64 * 1024}, {}, 4);
  one_worker.run([](fiber& self) {
    yield(self);
    stop_in_a_unit(self);
    asm volatile("" : : : "memory");  // not a tail call
  });
}
