#include "impl/stackless/fork_join/frame_allocator.hpp"

#include <sys/mman.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace unitcost::stackless_runtime {

constexpr std::size_t chunk_bytes = frame_chunk_bytes;

// Not of this file alone, since frame_depot, which frame_cache names as its friend, is not and has them as members.
struct unmap_chunk {
  void operator()(void* start) const { ::munmap(start, chunk_bytes); }
};
using chunk = std::unique_ptr<void, unmap_chunk>;

namespace {

/// At a multiple of its size: cut from a mapping of twice that.
chunk map_chunk() {
  std::size_t room = 2 * chunk_bytes;
  void* const wide = ::mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (wide == MAP_FAILED) throw std::bad_alloc();
  void* start = wide;
  std::align(chunk_bytes, chunk_bytes, start, room);
  if (start != wide) ::munmap(wide, 2 * chunk_bytes - room);
  if (room != chunk_bytes) ::munmap(static_cast<std::byte*>(start) + chunk_bytes, room - chunk_bytes);
  // So that a frame makes its own page resident and not 2 MiB around it. Fails where there are no huge pages.
  ::madvise(start, chunk_bytes, MADV_NOHUGEPAGE);
  return chunk(start);
}

// Frames that are too large for the lists.
std::atomic<std::uint64_t> large_alive{0}, large_bytes{0};

}  // namespace

/// What comes home, per size.
class frame_home {
 public:
  using free_frame = frame_cache::free_frame;

  /// Any thread. Release: whoever makes a frame of it next does so after all that was written to it before.
  __attribute__((no_sanitize("address"))) void take_in(void* frame, frame_cache::size_class size) noexcept {
    auto* const freed = new (frame) free_frame{nullptr};
    ASAN_POISON_MEMORY_REGION(frame, frame_cache::bytes_of(size));  // as soon as it is listed it may be in use again
    free_frame* first = returned_[size].load(std::memory_order_relaxed);
    do freed->next = first;
    while (!returned_[size].compare_exchange_weak(first, freed, std::memory_order_release, std::memory_order_relaxed));
  }
  /// Its owner. All of them, linked, and never one: so no ABA problem. Acquire: see take_in; it holds for each frame of
  /// the list, since an exchange continues the release sequence of the one before.
  free_frame* take_out(frame_cache::size_class size) noexcept {
    if (returned_[size].load(std::memory_order_relaxed) == nullptr) return nullptr;
    return returned_[size].exchange(nullptr, std::memory_order_acquire);
  }
  /// When no other thread is at it.
  std::uint64_t idle() const {
    std::uint64_t count = 0;
    for (auto const& list : returned_) count += frame_cache::length_of(list.load(std::memory_order_relaxed));
    return count;
  }

 private:
  std::array<std::atomic<free_frame*>, frame_cache::size_classes> returned_{};
};

/// Every home and every chunk, for the life of the process since a frame may be anywhere; and the caches of threads
/// that ended.
class frame_depot {
 public:
  static frame_depot& instance() {
    static frame_depot depot;
    return depot;
  }
  /// A new thread goes on with the home and the frames of one that ended, if there is one.
  void settle(frame_cache& fresh) {
    std::lock_guard const lock(mutex_);
    if (left_.empty()) {
      fresh.home_ = homes_.emplace_back(std::make_unique<frame_home>()).get();
    } else {
      frame_cache const arrived = std::exchange(fresh, left_.back());
      fresh.made_ = arrived.made_;
      left_.pop_back();
    }
  }
  void leave(frame_cache& cache) {
    std::lock_guard const lock(mutex_);
    left_.push_back(std::exchange(cache, {}));
  }
  void refill(frame_cache& cache) {
    std::lock_guard const lock(mutex_);
    void* const start = chunks_.emplace_back(map_chunk()).get();
    new (start) frame_home* {cache.home_};
    cache.unused_ = static_cast<std::byte*>(start) + frame_cache::granule_bytes;
    cache.unused_end_ = static_cast<std::byte*>(start) + chunk_bytes;
  }
  std::uint64_t alive(frame_cache const& caller) {
    std::lock_guard const lock(mutex_);
    std::uint64_t alive = large_alive + caller.carved_ - caller.idle();
    for (frame_cache const& each : left_) alive += each.carved_ - each.idle();
    for (auto const& each : homes_) alive -= each->idle();
    return alive;
  }
  std::uint64_t memory_bytes(frame_cache const& caller) {
    std::lock_guard const lock(mutex_);
    std::uint64_t bytes = large_bytes + caller.carved_bytes_;
    for (frame_cache const& each : left_) bytes += each.carved_bytes_;
    return bytes;
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<frame_home>> homes_;
  std::vector<chunk> chunks_;
  std::vector<frame_cache> left_;
};

void frame_cache::settle() {
  struct stay {  // of the calling thread, until it ends
    stay() { frame_depot::instance().settle(this_thread_frames); }
    ~stay() { frame_depot::instance().leave(this_thread_frames); }
  };
  thread_local stay const here;
}

void* frame_cache::find(size_class size) {
  settle();
  if (free_[size] == nullptr) free_[size] = home_->take_out(size);
  return free_[size] != nullptr ? reuse(size) : carve(size);
}

void* frame_cache::carve(size_class size) {
  std::size_t const bytes = bytes_of(size);
  if (static_cast<std::size_t>(unused_end_ - unused_) < bytes) frame_depot::instance().refill(*this);
  ++carved_;
  carved_bytes_ += bytes;
  return std::exchange(unused_, unused_ + bytes);
}

void frame_cache::send_home(void* frame, size_class size) noexcept { home_of(frame)->take_in(frame, size); }

void* frame_cache::make_large(std::size_t bytes) {
  void* const frame = ::operator new(bytes);
  ++large_alive;
  large_bytes += bytes;
  return frame;
}

void frame_cache::free_large(void* frame, std::size_t bytes) noexcept {
  --large_alive;
  large_bytes -= bytes;
  ::operator delete(frame, bytes);
}

// Walks lists that lie in memory which AddressSanitizer was told is free.
__attribute__((no_sanitize("address"))) std::uint64_t frame_cache::length_of(free_frame const* list) {
  std::uint64_t length = 0;
  for (; list != nullptr; list = list->next) ++length;
  return length;
}

std::uint64_t frame_cache::idle() const {
  std::uint64_t count = 0;
  for (free_frame const* list : free_) count += length_of(list);
  return count;
}

std::uint64_t frames_alive() { return frame_depot::instance().alive(this_thread_frames); }
std::uint64_t frame_memory_bytes() { return frame_depot::instance().memory_bytes(this_thread_frames); }

}  // namespace unitcost::stackless_runtime
