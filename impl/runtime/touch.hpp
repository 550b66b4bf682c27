// Writing to a unit's own stack or frame, page by page.
#pragma once

#include <alloca.h>

#include <cstddef>

namespace unitcost::runtime {

inline constexpr std::size_t page_bytes = 4096;

/// Writes one byte into each page of [start, start + bytes). Writing is what makes memory resident: reading an
/// untouched page only maps the shared zero page.
inline void touch_pages(std::byte volatile* start, std::size_t bytes) {
  for (std::size_t offset = 0; offset < bytes; offset += page_bytes) start[offset] = std::byte{1};
}

/// Writes to `bytes` of the caller's own stack, from the top downwards as a deep call would.
[[gnu::noinline]] inline void touch_own_stack(std::size_t bytes) {
  if (bytes == 0) return;
  auto* start = static_cast<std::byte volatile*>(alloca(bytes));
  for (std::size_t left = bytes; left > 0; left -= left < page_bytes ? left : page_bytes)
    start[left - 1] = std::byte{1};
}

}  // namespace unitcost::runtime
