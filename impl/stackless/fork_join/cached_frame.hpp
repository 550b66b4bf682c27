// Where the frames of all our coroutines come from.
#pragma once

#include <cstddef>

#include "impl/stackless/fork_join/frame_allocator.hpp"

namespace unitcost::stackless_runtime {

/// As a promise's base: the coroutine's frame is taken from the thread's cache.
struct cached_frame {
  static void* operator new(std::size_t bytes) { return this_thread_frames.allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept { this_thread_frames.free(frame, bytes); }
};

}  // namespace unitcost::stackless_runtime
