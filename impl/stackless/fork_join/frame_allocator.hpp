// Memory for coroutine frames: free lists per thread and size, carved from chunks that outlive all threads.
//
// A frame may be freed on another thread than it was made on. It then goes home, to the thread whose chunk it lies in,
// as in mimalloc (Leijen, Zorn and de Moura, 2019): frames of two threads never mix in a cache line, which they would
// both write to, and no thread that is mostly stolen from carves new ones for ever. With continuation stealing a child
// is freed where it was made unless it was stolen from, so no more frames go home than steals happen; all others take
// the fast paths, which have neither a lock nor an atomic.
#pragma once

#include <sanitizer/asan_interface.h>  // defines its macros as nothing where ASan is off

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace unitcost::stackless_runtime {

/// What a thread's chunks belong to: the thread, and after its end the next that needs one.
class frame_home;

/// Large enough to make the system call rare; what a chunk leaves unused is reserved, not resident. A chunk lies at a
/// multiple of its size and begins with a pointer to its home, so that each frame in it can find that.
inline constexpr std::uintptr_t frame_chunk_bytes = 1u << 20;

/// One thread's frames. Trivially destructible, so that reaching it is one access relative to the thread pointer,
/// without a guard.
class frame_cache {
 public:
  /// A frame's size in granules; those that are too large for the lists have none.
  using size_class = std::uint8_t;
  static constexpr size_class too_large = 0;

  /// Throws std::bad_alloc.
  void* allocate(std::size_t bytes) {
    size_class const size = size_of(bytes);
    void* const frame = size == too_large ? make_large(bytes) : free_[size] ? reuse(size) : find(size);
    ++made_;
    last_made_ = size;
    return frame;
  }
  /// Of the frame that was made last. To be asked while that is made, or just after: the compiler tells a frame's size
  /// to nobody but operator new and operator delete. (It would be another frame's if the compiler had elided this
  /// allocation. It may only where it sees the frame destroyed: a task is handed on, and frees its frame when it ends;
  /// a unit that waits is kept among others.)
  size_class size_of_last_made() const { return last_made_; }
  /// What a frame of that size takes: at most 15 bytes more than the compiler asked for.
  static constexpr std::size_t bytes_of(size_class size) { return size * granule_bytes; }

  /// Any thread's frame.
  void free(void* frame, std::size_t bytes) noexcept {
    size_class const size = size_of(bytes);
    if (size == too_large) return free_large(frame, bytes);
    give_home(frame, size);
  }
  /// Any thread's frame that is not too large.
  void give_home(void* frame, size_class size) noexcept {
    if (home_of(frame) == home_) return give_back(frame, size);
    send_home(frame, size);
  }
  /// A frame that the calling thread made, and that is not too large.
  void give_back(void* frame, size_class size) noexcept {
    free_[size] = new (frame) free_frame{free_[size]};
    ASAN_POISON_MEMORY_REGION(frame, bytes_of(size));
  }
  /// Gives the calling thread its home. Its first frame does so too, but then pays for it.
  static void settle();
  /// Frames ever made on this thread. To be read by that thread, or after synchronising with it.
  std::uint64_t made() const { return made_; }

 private:
  friend class frame_home;
  friend class frame_depot;
  struct free_frame {
    free_frame* next;
  };
  // The granule is the alignment that operator new promises; rounding up to it is all that a frame costs beyond its
  // own size. Larger frames are rare enough for the general allocator.
  static constexpr std::size_t granule_bytes = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
  static constexpr std::size_t largest_bytes = 1024;
  static constexpr std::size_t size_classes = largest_bytes / granule_bytes + 1;
  static size_class size_of(std::size_t bytes) {
    return bytes > largest_bytes ? too_large : static_cast<size_class>((bytes + granule_bytes - 1) / granule_bytes);
  }
  static frame_home* home_of(void* frame) {
    return *reinterpret_cast<frame_home**>(reinterpret_cast<std::uintptr_t>(frame) & ~(frame_chunk_bytes - 1));
  }

  void* reuse(size_class size) {
    ASAN_UNPOISON_MEMORY_REGION(free_[size], bytes_of(size));
    return std::exchange(free_[size], free_[size]->next);
  }
  [[gnu::noinline]] void* find(size_class size);
  void* carve(size_class size);
  static void send_home(void* frame, size_class size) noexcept;
  /// Frames in the lists.
  std::uint64_t idle() const;
  static std::uint64_t length_of(free_frame const* list);
  static void* make_large(std::size_t bytes);
  static void free_large(void* frame, std::size_t bytes) noexcept;

  std::array<free_frame*, size_classes> free_{};
  std::byte* unused_ = nullptr;  // the rest of the chunk that new frames are carved from
  std::byte* unused_end_ = nullptr;
  frame_home* home_ = nullptr;  // null until this thread makes its first frame that is not too large
  std::uint64_t made_ = 0;
  std::uint64_t carved_ = 0;
  std::uint64_t carved_bytes_ = 0;
  size_class last_made_ = too_large;
};
inline constinit thread_local frame_cache this_thread_frames;

/// Frames that exist: exact when every other thread that made or freed one has ended.
std::uint64_t frames_alive();

/// What frames took at most, each thread's most added up, since small ones are used again and never given back. Exact
/// when every other thread that made or freed one has ended; with large ones, those that exist.
std::uint64_t frame_memory_bytes();

}  // namespace unitcost::stackless_runtime
