#include "impl/gil/gil.hpp"

namespace unitcost::gil {

void global_lock::acquire() {
  std::unique_lock guard(mutex_);
  ++waiting_;
  while (is_held_) {
    std::uint64_t const before = switches_;
    bool const timed_out = free_.wait_for(guard, switch_interval_) == std::cv_status::timeout;
    // Who took it meanwhile has a right to an interval of its own. And whoever was woken in vain, because the same
    // thread took it again, waits for a whole one from now.
    if (timed_out && is_held_ && switches_ == before) asked_.store(true, std::memory_order_relaxed);
  }
  --waiting_;
  is_held_ = true;
  asked_.store(false, std::memory_order_relaxed);  // whoever still waits asks again an interval from now
  if (last_holder_ == std::this_thread::get_id()) return;
  last_holder_ = std::this_thread::get_id();
  ++switches_;
  taken_by_another_.notify_all();
}

void global_lock::release() {
  std::unique_lock guard(mutex_);
  is_held_ = false;
  free_.notify_one();
  // Without this wait the same thread, which is on a CPU, could have it back before the other is awake. Whoever asked
  // still waits and takes it: nobody gives up waiting.
  if (asked_.load(std::memory_order_relaxed))
    taken_by_another_.wait(guard, [this] { return last_holder_ != std::this_thread::get_id(); });
}

unsigned global_lock::waiting() const {
  std::scoped_lock const guard(mutex_);
  return waiting_;
}

}  // namespace unitcost::gil
