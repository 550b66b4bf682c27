// The context switch for x86-64 (System V psABI). Empty on other architectures.
//
//   void* unitcost_switch_context(void** save_here, void* resume_from, void* message);
//                                 rdi               rsi                rdx
//
// A suspended context is one pointer, to this frame on its own stack (offsets in bytes):
//
//        +48  return address      pushed by the caller's `call`
//        +40  rbp                 pushed first
//        +32  rbx
//        +24  r12
//        +16  r13
//         +8  r14
//   rsp-> +0  r15                 pushed last
//
// Those are all the registers that a callee must preserve, but for the control words: mxcsr and the x87 control
// word belong to the *worker*, not to the unit, and are not switched. Saving them costs as much as the rest of the
// switch, and a unit that needs another rounding mode can restore the old one before it suspends.
//
// The return is `pop` + `jmp`: a `ret` to another stack than the call came from is mispredicted every time, since
// the return predictor expects the caller of this very call (some 8 ns; an indirect jump is predicted by history).
//
// Shadow stacks (CET): the jump leaves the shadow stack's entry behind, so the first `ret` after a switch would raise
// a control-protection fault. This object therefore carries no .note.gnu.property: the linker then marks the whole
// program as not shadow-stack capable, and the kernel and glibc run it without. `-z cet-report=error` shows it. If
// somebody forces shadow stacks on, it ends in SIGSEGV (SEGV_CPERR) at once, never in silent misbehaviour.

#if defined(__x86_64__)

        .text
        .globl  unitcost_switch_context
        .hidden unitcost_switch_context
        .type   unitcost_switch_context, @function
        .p2align 4
unitcost_switch_context:
        .cfi_startproc
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0

        movq    %rsp, (%rdi)            // the context we leave
        movq    %rsi, %rsp              // the context we enter: same frame, so the same unwind rules hold
        movq    %rdx, %rax              // what the entered context's own call returns

        popq    %r15
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r15
        popq    %r14
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r14
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r13
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r12
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbx
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbp
        popq    %rcx
        .cfi_adjust_cfa_offset -8
        .cfi_register %rip, %rcx
        jmp     *%rcx
        .cfi_endproc
        .size   unitcost_switch_context, . - unitcost_switch_context

// Where a new context starts. prepare_context (context_switch.hpp) puts the entry into r12 and its argument into r13;
// rax is the first switcher's message. No return address above: unwinding and back-traces end here.
        .globl  unitcost_context_start
        .hidden unitcost_context_start
        .type   unitcost_context_start, @function
        .p2align 4
unitcost_context_start:
        .cfi_startproc
        .cfi_undefined %rip
        movq    %rax, %rdi              // entry(message, argument)
        movq    %r13, %rsi
        call    *%r12                   // rsp is a multiple of 16 here, as the psABI asks for
        ud2                             // an entry never returns
        .cfi_endproc
        .size   unitcost_context_start, . - unitcost_context_start

// The same for the inline switch (inline_switch.hpp): rdi is the first switcher's message, rbp the entry and rbx its
// argument.
        .globl  unitcost_inline_context_start
        .hidden unitcost_inline_context_start
        .type   unitcost_inline_context_start, @function
        .p2align 4
unitcost_inline_context_start:
        .cfi_startproc
        .cfi_undefined %rip
        movq    %rbx, %rsi
        movq    %rbp, %rax
        xorl    %ebp, %ebp              // where a walk along frame pointers ends too
        call    *%rax
        ud2
        .cfi_endproc
        .size   unitcost_inline_context_start, . - unitcost_inline_context_start

#endif

        .section .note.GNU-stack, "", %progbits
