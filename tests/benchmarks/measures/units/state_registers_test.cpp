// Callee-saved registers that a switch does not bring back, in optimised code: else none holds a unit's state across
// its turn.
#if defined(__x86_64__)

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "benchmarks/measures/units/state.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/units/faulty_turns.hpp"

extern "C" unsigned unitcost_test_flip_registers(std::uint64_t const* values, std::size_t count);

namespace unitcost::measures {
namespace {

using test::faulty_turns, test::recorded_measurement, test::sound_turns;

// Inverts each callee-saved register that holds one of the values, and says how many did.
asm(R"(
        .text
        .type   unitcost_test_flip_registers, @function
unitcost_test_flip_registers:
        xorl    %eax, %eax
1:      testq   %rsi, %rsi
        je      2f
        movq    (%rdi), %rdx
        .irp    register, rbx, rbp, r12, r13, r14, r15
        cmpq    %rdx, %\register
        jne     3f
        notq    %\register
        incl    %eax
3:
        .endr
        addq    $8, %rdi
        decq    %rsi
        jmp     1b
2:      ret
        .size   unitcost_test_flip_registers, . - unitcost_test_flip_registers
)");

/// A switch that does not bring back the callee-saved registers of unit 0's third turn.
struct forgets_registers : sound_turns {
  inline static std::array<std::uint64_t, 8> held{};
  inline static unsigned forgotten = 0;

  /// A call, across which the unit keeps in registers what it can; across an inlined switch it keeps nothing there.
  [[gnu::noinline]] static void call_for_a_turn(real_context& unit) { unit.give_turn(); }
  [[gnu::always_inline]] static void give_turn(real_context& unit) {
    call_for_a_turn(unit);
    forgotten += unitcost_test_flip_registers(held.data(), held.size());
  }
};

TEST(state_of, a_unit_that_loses_callee_saved_registers_fails_the_check) {
  auto const values = register_values::of(2);
  forgets_registers::held = {values.a, values.b, values.c, values.d, values.e, values.f, values.g, values.h};
  recorded_measurement recorded;
  constexpr unsigned holders = 4, turns_each = 20;
  runtime::shared_object<state_log> log(holders, turns_each);
  run_together<state_keeping, faulty_turns<forgets_registers>>({}, {.workers = 1, .cpus = {}}, holders, *log);
  report_states(*log, recorded.given);
  ASSERT_GT(forgets_registers::forgotten, 0u) << "nothing was held in a callee-saved register";
  EXPECT_FALSE(recorded.check_holds());
}

}  // namespace
}  // namespace unitcost::measures

#endif
