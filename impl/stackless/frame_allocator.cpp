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
    if (left_.empty() || fresh.freed_ != 0) return;
    std::uint64_t const made = fresh.made_;  // large frames come from elsewhere
    fresh = left_.back();
    fresh.made_ = made;
    left_.pop_back();
  }
  void retire(frame_cache& cache) {
    std::lock_guard const lock(mutex_);
    made_ += std::exchange(cache.made_, 0);
    freed_ += std::exchange(cache.freed_, 0);
    left_.push_back(std::exchange(cache, {}));
  }
  void refill(frame_cache& cache) {
    std::lock_guard const lock(mutex_);
    cache.unused_ = chunks_.emplace_back(map_chunk()).get();
    cache.unused_end_ = cache.unused_ + chunk_bytes;
  }
  std::uint64_t alive(frame_cache const& caller) {
    std::lock_guard const lock(mutex_);
    return made_ + caller.made_ - freed_ - caller.freed_;
  }

 private:
  std::mutex mutex_;
  std::vector<frame_cache> left_;
  std::vector<chunk> chunks_;
  std::uint64_t made_ = 0;  // by threads that ended
  std::uint64_t freed_ = 0;
};

void frame_cache::enrol() {
  struct membership {  // of the calling thread, until it ends
    membership() { frame_depot::instance().adopt(this_thread_frames); }
    ~membership() { frame_depot::instance().retire(this_thread_frames); }
  };
  thread_local membership const member;
}

void* frame_cache::carve(std::size_t size) {
  enrol();
  if (free_[size] != nullptr) return reuse(size);  // adopted
  std::size_t const bytes = size * granule_bytes;
  if (static_cast<std::size_t>(unused_end_ - unused_) < bytes) frame_depot::instance().refill(*this);
  return std::exchange(unused_, unused_ + bytes);
}

std::uint64_t frames_alive() { return frame_depot::instance().alive(this_thread_frames); }

}  // namespace unitcost::stackless_runtime
