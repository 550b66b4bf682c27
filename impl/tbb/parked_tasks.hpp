// oneTBB tasks that are alive and wait: the subject of tbb's footprint.
#pragma once

#include <tbb/task.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/in_process_units.hpp"
#include "impl/tbb/worker_pool.hpp"

namespace unitcost::models::tbb_parts {

/// Tasks that one worker thread starts one after another, each of which suspends itself. oneTBB lets the worker go on
/// by giving it a new stack (4 MiB and two guard pages, by mmap and mprotect); the suspended task keeps the old one.
/// The caller runs none of them: its own stack would be the first to be taken away.
class parked_tasks : public runtime::in_process_units {
 public:
  /// Throws not_supported when `touch_bytes` do not fit a task's stack.
  parked_tasks(unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes);
  ~parked_tasks() { release(); }

  void grow_to(std::uint64_t count);
  void release();

  /// Beyond it oneTBB would not throw but write to a mapping that the kernel refused.
  static std::uint64_t most();

 private:
  void park(std::size_t index);

  unit_arrivals& arrivals_;
  std::size_t touch_bytes_;
  std::vector<::tbb::task::suspend_point> places_;  // written by the worker, read by release
  std::size_t on_thread_stack_ = 0;  // the task that was parked first; tasks start in no particular order
  std::uint64_t started_ = 0;
  std::atomic<std::uint64_t> parked_{0};
  std::atomic<std::uint64_t> ended_{0};
  worker_pool pool_;  // last: its threads end before what the tasks refer to
};

}  // namespace unitcost::models::tbb_parts
