// The switch between two stacks as a part of the function that switches. Nothing is called, so the compiler saves the
// registers that are in use, where a function would have to save all that its callers might use.
//
// A suspended context is this record, which lies wherever its owner likes (offsets in bytes; x86-64 | aarch64):
//
//        +24  rbx | x19    the register that a compiler may need to find a frame's variables (clang's base pointer)
//        +16  rbp | x29    the frame pointer
//         +8  rip | pc     the instruction after the jump that left it
//   record+0  rsp | sp
//
// All other registers are clobbers: whatever is live in one, the compiler has put into the frame before. Those two are
// not, since a compiler that uses one for its own purposes (-O0, address sanitizer) cannot do without it.
//
// Red zone: nothing is pushed. What a leaf function keeps in the 128 bytes below rsp (x86-64 psABI 3.2.2) lies below
// the saved rsp, where nobody writes while the context is suspended: a signal handler runs below the red zone of the
// stack that is in use. So -mred-zone and -mno-red-zone are both right.
//
// Control words, the indirect jump, shadow stacks and landing pads: as in switch_<architecture>.S, whose object keeps
// the whole program from enforcing the latter two.
#pragma once

#include <cstdint>

#include "impl/stackful/switch/context_switch.hpp"

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "stackful: no inline context switch for this architecture; write it here"
#endif
#if defined(__APX_F__)
#error "stackful: the registers r16 to r31 of APX are missing among the clobbers of the inline context switch"
#endif

extern "C" {
/// The first instruction of every context that prepare_inline_context made; reached only by a switch.
void unitcost_inline_context_start() noexcept;
}

namespace unitcost::fibers {

struct inline_context {
  void* stack_pointer = nullptr;
  void* resume_at = nullptr;
  void* frame_pointer = nullptr;
  void* base_pointer = nullptr;
};

/// A context on the stack below `top` that begins with `entry(message, argument)`.
inline inline_context prepare_inline_context(void* top, context_entry entry, void* argument) {
  // Both ABIs ask for a multiple of 16 at a call. The start takes the entry out of the frame pointer.
  return {reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(top) & ~std::uintptr_t{15}),
          reinterpret_cast<void*>(&unitcost_inline_context_start), reinterpret_cast<void*>(entry), argument};
}

/// Suspends the caller in `save_here` and continues `resume_from`, whose own call returns `message`. Returns when
/// somebody resumes `save_here`, with that resumer's message; possibly on another kernel thread.
[[gnu::always_inline]] inline void* switch_context_inline(inline_context& save_here, inline_context const& resume_from,
                                                          void* message) noexcept {
#if defined(__x86_64__)
  auto* save = &save_here;
  auto* resume = &resume_from;
  asm volatile(
      "leaq   1f(%%rip), %%rcx\n\t"
      "movq   %%rsp, (%1)\n\t"
      "movq   %%rcx, 8(%1)\n\t"
      "movq   %%rbp, 16(%1)\n\t"
      "movq   %%rbx, 24(%1)\n\t"
      "movq   (%2), %%rsp\n\t"
      "movq   16(%2), %%rbp\n\t"
      "movq   24(%2), %%rbx\n\t"
      "jmpq   *8(%2)\n"
      "1:"
      : "+D"(message), "+S"(save), "+d"(resume)
      :
      : "rax", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",
        "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
#if defined(__AVX512F__)
        "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27",
        "xmm28", "xmm29", "xmm30", "xmm31", "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7",
#endif
        "mm0", "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7", "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)",
        "st(6)", "st(7)", "cc", "memory");
  return message;
#else
  register void* passed asm("x0") = message;
  register inline_context* save asm("x1") = &save_here;
  register inline_context const* resume asm("x2") = &resume_from;
  asm volatile(
      "adr    x9, 1f\n\t"
      "mov    x10, sp\n\t"
      "stp    x10, x9, [%1]\n\t"
      "stp    x29, x19, [%1, #16]\n\t"
      "ldp    x10, x16, [%2]\n\t"
      "ldp    x29, x19, [%2, #16]\n\t"
      "mov    sp, x10\n\t"
      "br     x16\n"
      "1:"
      : "+r"(passed), "+r"(save), "+r"(resume)
      :
      : "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x20",
        "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7",
        "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23",
        "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31",
#if defined(__ARM_FEATURE_SVE)
        "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15", "ffr",
#endif
        "cc", "memory");
  return passed;
#endif
}

}  // namespace unitcost::fibers
