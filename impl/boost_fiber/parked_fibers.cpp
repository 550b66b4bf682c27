#include "impl/boost_fiber/parked_fibers.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>

#include "impl/runtime/touch.hpp"

namespace unitcost::models::boost_fiber_parts {

namespace {

/// What the fiber's control block and the frames of its library need of the stack beside the touched bytes.
constexpr std::size_t frames_bytes = std::size_t{8} << 10;

}  // namespace

parked_fibers::parked_fibers(stacks const& kind, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
    : arrivals_(arrivals),
      most_(std::min(limit, most_stacks(kind.source, kind.bytes))),
      touch_bytes_(touch_bytes),
      stacks_(kind.source, kind.bytes),
      units_(most_) {  // all handles now: an empty one is written here, a page of memory each 512
  if (touch_bytes > 0 && touch_bytes + frames_bytes > kind.bytes)
    throw not_supported("a fiber's stack of " + std::to_string(kind.bytes) + " bytes is too small to touch " +
                        std::to_string(touch_bytes) + " of it");
}

void parked_fibers::grow_to(std::uint64_t count) {
  for (; started_ < std::min(count, most_); ++started_)
    units_[started_] = boost::fibers::fiber(boost::fibers::launch::dispatch, std::allocator_arg, stacks_,
                                            [this, index = started_] { park(index); });
  if (count > most_)
    throw limit_reached("boost_fiber holds at most " + std::to_string(most_) + " fibers with such stacks here, " +
                        std::to_string(count) + " were asked for; take smaller or unguarded stacks");
}

void parked_fibers::park(std::uint64_t index) {
  runtime::touch_own_stack(touch_bytes_);
  arrivals_.arrive(index);
  std::unique_lock lock(mutex_);
  gate_.wait(lock, [&] { return index < released_; });
}

void parked_fibers::release() {
  if (released_ == started_) return;
  {
    std::lock_guard lock(mutex_);
    released_ = started_;
  }
  gate_.notify_all();
  for (boost::fibers::fiber& unit : units_)
    if (unit.joinable()) unit.join();
}

}  // namespace unitcost::models::boost_fiber_parts
