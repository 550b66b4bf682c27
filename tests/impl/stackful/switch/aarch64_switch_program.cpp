// The aarch64 switch under an emulator: no test library, so that it can be linked statically by a cross compiler.
// Exit 0: all registers survive. Started by aarch64_switch_test.sh.
#include <cstdint>
#include <cstdio>

#include "tests/impl/stackful/switch/switch_pair.hpp"

namespace {

using namespace unitcost::fibers;

template <class Switch>
bool survives(char const* which) {
  static switch_pair<Switch> pair;
  std::uint64_t const lost = pair.cross(1000);
  if (lost != 0 || pair.visits() != 1000) {
    std::printf("the %s switch lost registers: bit set %llx, %u visits of 1000\n", which,
                static_cast<unsigned long long>(lost), pair.visits());
    return false;
  }
  if (pair.sum() != 500000.0) {  // 0.5 + 1.5 + … + 999.5
    std::printf("the %s switch lost a floating-point value: sum %g instead of 500000\n", which, pair.sum());
    return false;
  }
  if (pair.other_back_trace().end != _URC_END_OF_STACK) {
    std::printf("a back-trace from beyond the %s switch does not end\n", which);
    return false;
  }
  set_rounding_control_words(rounding_toward_zero);
  pair.cross(1);
  set_rounding_control_words(0);
  if (pair.other_control_word() != rounding_toward_zero) {
    std::printf("the %s switch changed FPCR, which belongs to the thread\n", which);
    return false;
  }
  return true;
}

}  // namespace

int main() {
  if (!survives<out_of_line_switch>("out-of-line") || !survives<inlined_switch>("inline")) return 1;
  // The fault planted: the poison test must find a lost register, or its silence means nothing.
  if (unitcost_poison_across(&unitcost_lose_second_register, nullptr, nullptr, 1000) != second_register) {
    std::puts("the poison test does not find a lost register");
    return 1;
  }
  return 0;
}
