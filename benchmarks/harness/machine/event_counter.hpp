// How often something happens in the kernel on behalf of a process: counted by the kernel itself (perf_event_open(2)).
#pragma once

#include <cstdint>
#include <string>

#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::harness {

enum class kernel_event : std::uint8_t {
  system_call,     ///< the tracepoint raw_syscalls:sys_enter; makes each call dearer, so nothing is timed meanwhile
  context_switch,  ///< a CPU that ran one of them goes on with another task
};

/// Of the calling thread, and of all threads and processes that it starts from then on, and they. So it is made before
/// those whose events are counted.
class event_counter {
 public:
  /// Throws system_file_error where the kernel or its settings do not allow it, with the remedy.
  explicit event_counter(kernel_event what);

  /// So far, that of the ended included.
  std::uint64_t value() const;

  /// Empty where all of them can be counted.
  static std::string why_not();

 private:
  runtime::owned_descriptor counter_;
};

}  // namespace unitcost::harness
