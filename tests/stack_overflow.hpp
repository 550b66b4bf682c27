// Overflowing a stack on purpose.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impl/runtime/stack_mapping.hpp"

namespace unitcost {

/// Calls itself until a frame lies below `stack`, on which it runs, and returns. It writes all of each frame, so that
/// no canary is jumped over. What lies within a KiB or two below the stack is overwritten. Not instrumented:
/// AddressSanitizer would put the frames elsewhere.
[[gnu::noinline, gnu::no_sanitize_address]] inline std::uint64_t overflow_stack(runtime::stack_span stack) {
  std::byte volatile frame[128];
  for (std::byte volatile& each : frame) each = std::byte{1};
  bool const below = const_cast<std::byte const*>(frame) < stack.data() - sizeof(frame);
  return (below ? 0 : overflow_stack(stack)) + static_cast<std::uint64_t>(frame[0]);
}

}  // namespace unitcost
