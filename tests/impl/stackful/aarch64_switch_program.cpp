// The aarch64 switch under an emulator: no test library, so that it can be linked statically by a cross compiler.
// Exit 0: all registers survive. Started by aarch64_switch_test.sh.
#include <cstdint>
#include <cstdio>

#include "tests/impl/stackful/switch_pair.hpp"

int main() {
  using namespace unitcost::fibers;
  static switch_pair pair;
  std::uint64_t const lost = pair.cross(1000);
  if (lost != 0 || pair.visits() != 1000) {
    std::printf("the switch lost registers: bit set %llx, %u visits of 1000\n", static_cast<unsigned long long>(lost),
                pair.visits());
    return 1;
  }
  if (pair.sum() != 500000.0) {  // 0.5 + 1.5 + … + 999.5
    std::printf("a floating-point value was lost: sum %g instead of 500000\n", pair.sum());
    return 1;
  }
  // The fault planted: the poison test must find a lost register, or its silence means nothing.
  if (unitcost_poison_across(&unitcost_lose_second_register, nullptr, nullptr, 1000) != second_register) {
    std::puts("the poison test does not find a lost register");
    return 1;
  }
  return 0;
}
