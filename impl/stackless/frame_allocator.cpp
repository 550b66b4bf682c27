#include "impl/stackless/frame_allocator.hpp"

#include <sys/mman.h>

#include <memory>
#include <mutex>
#include <vector>

namespace unitcost::stackless_runtime {

namespace {

// Large enough to make the system call rare; what a chunk leaves unused is reserved, not resident.
constexpr std::size_t chunk_bytes = 1u << 20;

struct unmap {
  void operator()(std::byte* start) const { ::munmap(start, chunk_bytes); }
};
using chunk = std::unique_ptr<std::byte, unmap>;

chunk map_chunk() {
  void* const start = ::mmap(nullptr, chunk_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) throw std::bad_alloc();
  // So that a frame makes its own page resident and not 2 MiB around it. Fails where there are no huge pages.
  ::madvise(start, chunk_bytes, MADV_NOHUGEPAGE);
  return chunk(static_cast<std::byte*>(start));
}

}  // namespace

/// Every chunk, for the life of the process since a frame may be anywhere, and the caches of threads that ended.
class frame_depot {
 public:
  static frame_depot& instance() {
    static frame_depot depot;
    return depot;
  }
  /// A new thread goes on with what one that ended left behind, unless it already holds frames that others made.
  void adopt(frame_cache& fresh) {
    std::lock_guard const lock(mutex_);
    if (left_.empty() || fresh.idle() != 0) return;
    frame_cache const old = std::exchange(fresh, left_.back());
    fresh.made_ += old.made_;
    fresh.obtained_ += old.obtained_;
    fresh.obtained_bytes_ += old.obtained_bytes_;
    left_.pop_back();
  }
  void retire(frame_cache& cache) {
    std::lock_guard const lock(mutex_);
    left_.push_back(std::exchange(cache, {}));
    left_.back().made_ = 0;
  }
  void refill(frame_cache& cache) {
    std::lock_guard const lock(mutex_);
    cache.unused_ = chunks_.emplace_back(map_chunk()).get();
    cache.unused_end_ = cache.unused_ + chunk_bytes;
  }
  void keep_lent(frame_cache::size_class size, void* frame) {
    std::lock_guard const lock(mutex_);
    lent_.give_back(frame, size);
  }
  /// nullptr when none is lent.
  void* take_lent(frame_cache::size_class size) {
    std::lock_guard const lock(mutex_);
    return lent_.free_[size] != nullptr ? lent_.reuse(size) : nullptr;
  }
  std::uint64_t alive(frame_cache const& caller) {
    std::lock_guard const lock(mutex_);
    std::int64_t alive = caller.obtained_ - caller.idle() - lent_.idle();
    for (frame_cache const& each : left_) alive += each.obtained_ - each.idle();
    return static_cast<std::uint64_t>(alive);
  }
  std::uint64_t memory_bytes(frame_cache const& caller) {
    std::lock_guard const lock(mutex_);
    std::int64_t bytes = caller.obtained_bytes_;
    for (frame_cache const& each : left_) bytes += each.obtained_bytes_;
    return static_cast<std::uint64_t>(bytes);
  }

 private:
  std::mutex mutex_;
  std::vector<frame_cache> left_;
  frame_cache lent_;  // only its lists
  std::vector<chunk> chunks_;
};

void frame_cache::enrol() {
  struct membership {  // of the calling thread, until it ends
    membership() { frame_depot::instance().adopt(this_thread_frames); }
    ~membership() { frame_depot::instance().retire(this_thread_frames); }
  };
  thread_local membership const member;
}

void* frame_cache::carve(size_class size) {
  enrol();
  if (free_[size] != nullptr) return reuse(size);  // adopted
  if (void* const lent = frame_depot::instance().take_lent(size)) return lent;
  std::size_t const bytes = size * granule_bytes;
  if (static_cast<std::size_t>(unused_end_ - unused_) < bytes) frame_depot::instance().refill(*this);
  ++obtained_;
  obtained_bytes_ += static_cast<std::int64_t>(bytes);
  return std::exchange(unused_, unused_ + bytes);
}

void frame_cache::lend(size_class size) {
  if (size != too_large && free_[size] != nullptr) frame_depot::instance().keep_lent(size, reuse(size));
}

// Walks lists that lie in memory which AddressSanitizer was told is free.
__attribute__((no_sanitize("address"))) std::int64_t frame_cache::idle() const {
  std::int64_t count = 0;
  for (free_frame const* list : free_)
    for (; list != nullptr; list = list->next) ++count;
  return count;
}

std::uint64_t frames_alive() { return frame_depot::instance().alive(this_thread_frames); }
std::uint64_t frame_memory_bytes() { return frame_depot::instance().memory_bytes(this_thread_frames); }

}  // namespace unitcost::stackless_runtime
