// Coroutines that are alive and wait on a gate: the subject of footprint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/in_process_units.hpp"
#include "impl/runtime/touch.hpp"
#include "impl/stackless/fork_join/frame_allocator.hpp"
#include "impl/stackless/waiting/gate.hpp"
#include "impl/stackless/waiting/waiting_unit.hpp"

namespace unitcost::stackless_runtime {

inline waiting_unit idle_unit(gate& until, unit_arrivals& arrivals, std::uint64_t index) {
  arrivals.arrive(index);
  co_await until;
}

template <std::size_t Bytes>
waiting_unit touching_idle_unit(gate& until, unit_arrivals& arrivals, std::uint64_t index) {
  std::byte volatile own[Bytes];
  // Read back through a volatile pointer, the array may be anywhere for all the compiler knows: it is kept whole and,
  // being needed after the wait, in the frame. clang otherwise keeps the touched bytes only.
  std::byte volatile* volatile start = own;
  runtime::touch_pages(start, Bytes);
  arrivals.arrive(index);
  co_await until;
  static_cast<void>(start[0]);
}

/// They run on the calling thread. While suspended each is its frame and nothing else: the gate's link is in it.
class idle_units : public runtime::in_process_units {
 public:
  /// Throws not_supported unless `touch_bytes` is 0, 64 KiB or 256 KiB: a frame's size is fixed when it is compiled.
  idle_units(unit_arrivals& arrivals, std::size_t touch_bytes) : arrivals_(arrivals) {
    switch (touch_bytes) {
      case 0:
        make_unit_ = idle_unit;
        return;
      case 64u << 10:
        make_unit_ = touching_idle_unit<64u << 10>;
        return;
      case 256u << 10:
        make_unit_ = touching_idle_unit<256u << 10>;
        return;
      default:
        throw not_supported("a coroutine's frame has a fixed size: touch:" + std::to_string(touch_bytes) +
                            " is none of 0, 65536, 262144");
    }
  }
  ~idle_units() { release(); }

  void grow_to(std::uint64_t count) {
    for (; made_ < count; ++made_) {
      waiting_unit const made = make_unit_(gate_, arrivals_, made_);
      frame_size_ = this_thread_frames.size_of_last_made();
      made.handle().resume();
    }
  }
  void release() { gate_.open(); }
  /// Of one unit, as frames are allocated: rounded up to 16. 0 before there is one, and for those that are too large
  /// for the frame lists.
  std::size_t frame_bytes() const { return frame_cache::bytes_of(frame_size_); }

 private:
  unit_arrivals& arrivals_;
  waiting_unit (*make_unit_)(gate&, unit_arrivals&, std::uint64_t index) = nullptr;
  gate gate_;
  std::uint64_t made_ = 0;
  frame_cache::size_class frame_size_ = frame_cache::too_large;
};

}  // namespace unitcost::stackless_runtime
