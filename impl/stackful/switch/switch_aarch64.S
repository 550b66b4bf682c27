// The context switch for aarch64 (AAPCS64). Empty on other architectures.
//
//   void* unitcost_switch_context(void** save_here, void* resume_from, void* message);
//                                 x0                x1                 x2
//
// A suspended context is one pointer, to this frame on its own stack (offsets in bytes):
//
//       +144  d14, d15
//       +128  d12, d13
//       +112  d10, d11
//        +96  d8,  d9            only the low 64 bits of v8-v15 are callee-saved
//        +80  x27, x28
//        +64  x25, x26
//        +48  x23, x24
//        +32  x21, x22
//        +16  x19, x20
//    sp-> +0  x29 (frame pointer), x30 (return address)
//
// FPCR belongs to the *worker*, not to the unit, and is not switched (as mxcsr on x86-64). x18 is the platform's.
//
// The return is `br x16`, not `ret`: a return to another stack than the call came from is mispredicted every time.
// Through x16 the jump is also allowed to land on a `bti c` pad. Guarded control stacks (GCS) would miss the return,
// so this object carries no GNU property note: a program linked with it runs without BTI and GCS enforcement. Pointer
// authentication signs in the C++ callers' own frames and does not notice the switch.

#if defined(__aarch64__)

        .text
        .globl  unitcost_switch_context
        .hidden unitcost_switch_context
        .type   unitcost_switch_context, %function
        .p2align 4
unitcost_switch_context:
        .cfi_startproc
        stp     x29, x30, [sp, #-160]!
        .cfi_def_cfa_offset 160
        .cfi_offset x29, -160
        .cfi_offset x30, -152
        stp     x19, x20, [sp, #16]
        .cfi_offset x19, -144
        .cfi_offset x20, -136
        stp     x21, x22, [sp, #32]
        .cfi_offset x21, -128
        .cfi_offset x22, -120
        stp     x23, x24, [sp, #48]
        .cfi_offset x23, -112
        .cfi_offset x24, -104
        stp     x25, x26, [sp, #64]
        .cfi_offset x25, -96
        .cfi_offset x26, -88
        stp     x27, x28, [sp, #80]
        .cfi_offset x27, -80
        .cfi_offset x28, -72
        stp     d8,  d9,  [sp, #96]
        stp     d10, d11, [sp, #112]
        stp     d12, d13, [sp, #128]
        stp     d14, d15, [sp, #144]

        mov     x9, sp
        str     x9, [x0]                // the context we leave
        mov     sp, x1                  // the context we enter: same frame, so the same unwind rules hold
        mov     x0, x2                  // what the entered context's own call returns

        ldp     d14, d15, [sp, #144]
        ldp     d12, d13, [sp, #128]
        ldp     d10, d11, [sp, #112]
        ldp     d8,  d9,  [sp, #96]
        ldp     x27, x28, [sp, #80]
        ldp     x25, x26, [sp, #64]
        ldp     x23, x24, [sp, #48]
        ldp     x21, x22, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x16, [sp], #160
        .cfi_def_cfa_offset 0
        .cfi_register x30, x16
        br      x16
        .cfi_endproc
        .size   unitcost_switch_context, . - unitcost_switch_context

// Where a new context starts. prepare_context (context_switch.hpp) puts the entry into x19 and its argument into x20;
// x0 is the first switcher's message. The return address is undefined: unwinding and back-traces end here.
        .globl  unitcost_context_start
        .hidden unitcost_context_start
        .type   unitcost_context_start, %function
        .p2align 4
unitcost_context_start:
        .cfi_startproc
        .cfi_undefined x30
        mov     x1, x20                 // entry(message, argument)
        mov     x30, xzr
        blr     x19
        brk     #0                      // an entry never returns
        .cfi_endproc
        .size   unitcost_context_start, . - unitcost_context_start

// The same for the inline switch (inline_switch.hpp): x0 is the first switcher's message, x29 the entry and x19 its
// argument.
        .globl  unitcost_inline_context_start
        .hidden unitcost_inline_context_start
        .type   unitcost_inline_context_start, %function
        .p2align 4
unitcost_inline_context_start:
        .cfi_startproc
        .cfi_undefined x30
        mov     x1, x19
        mov     x16, x29
        mov     x29, xzr                // where a walk along frame pointers ends too
        mov     x30, xzr
        blr     x16
        brk     #0
        .cfi_endproc
        .size   unitcost_inline_context_start, . - unitcost_inline_context_start

#endif

        .section .note.GNU-stack, "", %progbits
