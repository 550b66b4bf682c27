// Fills every callee-saved register with a value of its own, crosses a switch, and tells which came back changed.
// In assembly on purpose: a compiler could keep its values elsewhere, and the test would prove nothing.
#pragma once

#include <cstdint>

namespace unitcost::fibers {

/// The signature of unitcost_switch_context.
using switch_function = void* (*)(void** save_here, void* resume_from, void* message);

extern "C" {
/// Puts seed + 1, seed + 2 … into the callee-saved registers, calls `cross(save_here, resume_from, nullptr)` and
/// returns a bit set of the registers that came back changed, in the order in which they are filled.
std::uint64_t unitcost_poison_across(switch_function cross, void** save_here, void* resume_from, std::uint64_t seed);

/// A planted fault: a "switch" that returns at once and has lost the second poisoned register.
void* unitcost_lose_second_register(void** save_here, void* resume_from, void* message);
}

// Weak: two tests of one binary may include this.
#if defined(__x86_64__)
asm(R"(
        .text
        .weak   unitcost_poison_across
        .type   unitcost_poison_across, @function
unitcost_poison_across:
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        pushq   %rcx
        leaq    1(%rcx), %rbx
        leaq    2(%rcx), %rbp
        leaq    3(%rcx), %r12
        leaq    4(%rcx), %r13
        leaq    5(%rcx), %r14
        leaq    6(%rcx), %r15
        movq    %rdi, %rax
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        xorl    %edx, %edx
        call    *%rax
        popq    %rdx
        xorl    %eax, %eax
        .macro  unitcost_check register, number
        leaq    \number(%rdx), %rcx
        cmpq    %rcx, \register
        setne   %cl
        movzbl  %cl, %ecx
        shlq    $(\number - 1), %rcx
        orq     %rcx, %rax
        .endm
        unitcost_check %rbx, 1
        unitcost_check %rbp, 2
        unitcost_check %r12, 3
        unitcost_check %r13, 4
        unitcost_check %r14, 5
        unitcost_check %r15, 6
        .purgem unitcost_check
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        ret
        .size   unitcost_poison_across, . - unitcost_poison_across

        .weak   unitcost_lose_second_register
        .type   unitcost_lose_second_register, @function
unitcost_lose_second_register:
        xorl    %ebp, %ebp
        ret
        .size   unitcost_lose_second_register, . - unitcost_lose_second_register
)");
#elif defined(__aarch64__)
asm(R"(
        .text
        .weak   unitcost_poison_across
        .type   unitcost_poison_across, %function
unitcost_poison_across:
        stp     x29, x30, [sp, #-176]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        stp     d8,  d9,  [sp, #96]
        stp     d10, d11, [sp, #112]
        stp     d12, d13, [sp, #128]
        stp     d14, d15, [sp, #144]
        str     x3, [sp, #160]
        .irp    n, 19,20,21,22,23,24,25,26,27,28,29
        add     x\n, x3, #(\n - 18)
        .endr
        .irp    n, 8,9,10,11,12,13,14,15
        add     x10, x3, #(\n + 4)
        fmov    d\n, x10
        .endr
        mov     x9, x0
        mov     x0, x1
        mov     x1, x2
        mov     x2, xzr
        blr     x9
        ldr     x3, [sp, #160]
        mov     x0, xzr
        .irp    n, 19,20,21,22,23,24,25,26,27,28,29
        add     x10, x3, #(\n - 18)
        cmp     x10, x\n
        cset    x11, ne
        orr     x0, x0, x11, lsl #(\n - 19)
        .endr
        .irp    n, 8,9,10,11,12,13,14,15
        add     x10, x3, #(\n + 4)
        fmov    x12, d\n
        cmp     x10, x12
        cset    x11, ne
        orr     x0, x0, x11, lsl #(\n + 3)
        .endr
        ldp     d14, d15, [sp, #144]
        ldp     d12, d13, [sp, #128]
        ldp     d10, d11, [sp, #112]
        ldp     d8,  d9,  [sp, #96]
        ldp     x27, x28, [sp, #80]
        ldp     x25, x26, [sp, #64]
        ldp     x23, x24, [sp, #48]
        ldp     x21, x22, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #176
        ret
        .size   unitcost_poison_across, . - unitcost_poison_across

        .weak   unitcost_lose_second_register
        .type   unitcost_lose_second_register, %function
unitcost_lose_second_register:
        mov     x20, xzr
        ret
        .size   unitcost_lose_second_register, . - unitcost_lose_second_register
)");
#endif

inline constexpr std::uint64_t second_register = 2;  ///< its bit in the set

}  // namespace unitcost::fibers
