// The switch between two stacks, the one part of the model that is assembly (switch_<architecture>.S, with the saved
// frame drawn above the code). It knows nothing of fibers, workers or sanitizers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

extern "C" {
/// Saves the caller's callee-saved registers on its stack and the stack pointer in `*save_here`, then continues the
/// context suspended at `resume_from`, whose own call returns `message`. Returns when somebody resumes `*save_here`,
/// with that resumer's message; possibly on another kernel thread.
void* unitcost_switch_context(void** save_here, void* resume_from, void* message) noexcept;

/// The first instruction of every new context; reached only by a switch.
void unitcost_context_start() noexcept;
}

namespace unitcost::fibers {

/// The outermost function of a context: gets the message of whoever first resumes it. Must never return or throw.
using context_entry = void (*)(void* message, void* argument);

/// The frame that unitcost_switch_context pops, lowest address first. Drawn in switch_<architecture>.S.
struct saved_frame {
#if defined(__x86_64__)
  std::uintptr_t r15 = 0, r14 = 0, argument_in_r13 = 0, entry_in_r12 = 0, rbx = 0, rbp = 0, return_address = 0;
  saved_frame(context_entry entry, void* argument)
      : argument_in_r13(reinterpret_cast<std::uintptr_t>(argument)),
        entry_in_r12(reinterpret_cast<std::uintptr_t>(entry)),
        return_address(reinterpret_cast<std::uintptr_t>(&unitcost_context_start)) {}
#elif defined(__aarch64__)
  std::uintptr_t x29 = 0, return_address = 0, entry_in_x19 = 0, argument_in_x20 = 0;
  std::uintptr_t x21_to_x28[8] = {};
  double d8_to_d15[8] = {};
  saved_frame(context_entry entry, void* argument)
      : return_address(reinterpret_cast<std::uintptr_t>(&unitcost_context_start)),
        entry_in_x19(reinterpret_cast<std::uintptr_t>(entry)),
        argument_in_x20(reinterpret_cast<std::uintptr_t>(argument)) {}
#else
#error "stackful: no context switch for this architecture; write impl/stackful/switch/switch_<architecture>.S"
#endif
};

/// Lays the first frame of a new context below `top`. The result is what unitcost_switch_context resumes. Once the
/// frame is popped, the stack pointer is a multiple of 16, as both ABIs ask for at a call.
inline void* prepare_context(void* top, context_entry entry, void* argument) {
  std::uintptr_t const aligned = reinterpret_cast<std::uintptr_t>(top) & ~std::uintptr_t{15};
  return new (reinterpret_cast<void*>(aligned - sizeof(saved_frame))) saved_frame(entry, argument);
}

}  // namespace unitcost::fibers
