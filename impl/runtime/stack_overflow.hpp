// What tells that a unit has overflowed its stack, instead of a SIGSEGV without a word.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <signal.h>

#include "impl/runtime/stack_mapping.hpp"

namespace unitcost::runtime {

/// One line to stderr that names the model and the size of the stack. May be called by a signal handler.
void report_stack_overflow(std::string_view model, std::size_t stack_bytes) noexcept;

/// While it lives, a fault of the calling thread in a guard page of `stacks` is reported before the process dies of
/// it. Made and destroyed by the same thread, once at a time; the mapping and the model's name must outlive it.
///
/// The handler runs on a stack of its own, since the unit's is used up. Whatever it finds, it puts the handler back
/// that was there before (a sanitizer's, or the default, which kills) and lets the fault repeat: a fault that is not
/// ours ends as it would have ended without us.
class overflow_watch {
 public:
  overflow_watch(std::string_view model, stack_mapping const& stacks, stack_mapping const& root_stacks);
  overflow_watch(overflow_watch const&) = delete;
  overflow_watch& operator=(overflow_watch const&) = delete;
  ~overflow_watch();

  /// Signal handler only.
  void report_fault_at(void const* address) const noexcept;

 private:
  std::string_view model_;
  stack_mapping const& stacks_;
  stack_mapping const& root_stacks_;
  std::unique_ptr<std::byte[]> handlers_stack_;
  stack_t previous_stack_{};  // a sanitizer gives each thread one, and wants to find it when the thread ends
};

}  // namespace unitcost::runtime
