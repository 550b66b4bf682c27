// Memory for coroutine frames: free lists per thread and size, carved from chunks that outlive all threads.
//
// A frame may be freed on another thread than it was made on: it then joins the list of the thread that frees it.
// Nothing there is shared, so the fast paths have neither a lock nor an atomic. With continuation stealing a child
// is freed where it was made unless it was stolen from, so no more frames wander than steals happen. For each of them
// the thief lends one of its own to all (`lend`): otherwise a thread that is mostly stolen from would carve new ones
// for ever.
#pragma once

#include <sanitizer/asan_interface.h>  // defines its macros as nothing where ASan is off

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace unitcost::stackless_runtime {

/// One thread's frames. Trivially destructible, so that reaching it is one access relative to the thread pointer,
/// without a guard; `enrol` arranges for it to be handed on when the thread ends.
class frame_cache {
 public:
  /// A frame's size in granules; those that are too large for the lists have none.
  using size_class = std::uint8_t;
  static constexpr size_class too_large = 0;

  /// Throws std::bad_alloc.
  void* allocate(std::size_t bytes) {
    size_class const size = size_of(bytes);
    void* const frame = size == too_large ? make_large(bytes) : free_[size] ? reuse(size) : carve(size);
    ++made_;
    last_made_ = size;
    return frame;
  }
  /// Of the frame that was made last. A coroutine's promise asks, as it is the first thing to be built in the frame:
  /// the compiler tells a frame's size to nobody but operator new and operator delete. (It would be another frame's if
  /// the compiler had elided this allocation. It may only where it sees the frame destroyed, and a task never is: it is
  /// handed on, and frees its frame when it ends.)
  size_class size_of_last_made() const { return last_made_; }
  /// What a frame of that size takes: at most 15 bytes more than the compiler asked for.
  static constexpr std::size_t bytes_of(size_class size) { return size * granule_bytes; }

  void free(void* frame, std::size_t bytes) noexcept {
    size_class const size = size_of(bytes);
    if (size != too_large) return give_back(frame, size);
    --obtained_;
    obtained_bytes_ -= static_cast<std::int64_t>(bytes);
    ::operator delete(frame, bytes);
  }
  /// Frees a frame that is not too large.
  void give_back(void* frame, size_class size) noexcept {
    free_[size] = new (frame) free_frame{free_[size]};
    ASAN_POISON_MEMORY_REGION(frame, size * granule_bytes);
  }
  /// Of the frames of that size that this thread has to spare, one for whichever thread has none next. By a thief: the
  /// frame of what it steals will mostly be freed here.
  void lend(size_class size);
  /// To be called by a thread that may free before it makes; making does it.
  static void enrol();
  /// Frames ever made on this thread. To be read by that thread, or after synchronising with it.
  std::uint64_t made() const { return made_; }

 private:
  friend class frame_depot;
  struct free_frame {
    free_frame* next;
  };
  // The granule is the alignment that operator new promises; rounding up to it is all that a frame costs beyond its
  // own size. Larger frames are rare enough for the general allocator.
  static constexpr std::size_t granule_bytes = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
  static constexpr std::size_t largest_bytes = 1024;
  static size_class size_of(std::size_t bytes) {
    return bytes > largest_bytes ? too_large : static_cast<size_class>((bytes + granule_bytes - 1) / granule_bytes);
  }

  void* reuse(size_class size) {
    ASAN_UNPOISON_MEMORY_REGION(free_[size], size * granule_bytes);
    return std::exchange(free_[size], free_[size]->next);
  }
  [[gnu::noinline]] void* carve(size_class size);
  void* make_large(std::size_t bytes) {
    void* const frame = ::operator new(bytes);
    ++obtained_;
    obtained_bytes_ += static_cast<std::int64_t>(bytes);
    return frame;
  }
  /// Frames in the lists.
  std::int64_t idle() const;

  std::array<free_frame*, largest_bytes / granule_bytes + 1> free_{};
  std::byte* unused_ = nullptr;  // the rest of the chunk that new frames are carved from
  std::byte* unused_end_ = nullptr;
  std::uint64_t made_ = 0;
  std::int64_t obtained_ = 0;        // carved, and large ones that this thread made more than it freed
  std::int64_t obtained_bytes_ = 0;  // of these
  size_class last_made_ = too_large;
};
inline constinit thread_local frame_cache this_thread_frames;

/// Frames that exist: exact when every other thread that made or freed one has ended.
std::uint64_t frames_alive();

/// What frames took at most, each thread's most added up, since small ones are used again and never given back. Exact
/// when every other thread that made or freed one has ended; with large ones, those that exist.
std::uint64_t frame_memory_bytes();

}  // namespace unitcost::stackless_runtime
