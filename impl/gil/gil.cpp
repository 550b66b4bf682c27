#include "impl/gil/gil.hpp"

namespace unitcost::gil {

void global_lock::take(std::unique_lock<std::mutex>& guard) {
  while (is_held_) {
    std::uint64_t const before = switches_;
    bool const came_free = free_.wait_for(guard, switch_interval_, [this] { return !is_held_; });
    // Who took it meanwhile has a right to an interval of its own.
    if (!came_free && switches_ == before) asked_.store(true, std::memory_order_relaxed);
  }
  is_held_ = true;
  asked_.store(false, std::memory_order_relaxed);  // whoever still waits asks again an interval from now
  if (last_holder_ == std::this_thread::get_id()) return;
  last_holder_ = std::this_thread::get_id();
  ++switches_;
  taken_by_another_.notify_all();
}

void global_lock::acquire() {
  std::unique_lock guard(mutex_);
  take(guard);
}

void global_lock::release() {
  std::scoped_lock const guard(mutex_);
  is_held_ = false;
  free_.notify_one();
}

void global_lock::give_way() {
  std::unique_lock guard(mutex_);
  is_held_ = false;
  free_.notify_one();
  // Whoever asked still waits and takes it: nobody gives up waiting.
  taken_by_another_.wait(guard, [this] { return last_holder_ != std::this_thread::get_id(); });
  take(guard);
}

}  // namespace unitcost::gil
