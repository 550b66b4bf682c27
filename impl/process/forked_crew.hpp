// A crew of processes for a ring: one per unit, all alive at once.
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/model.hpp"
#include "impl/process/child_group.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/pinning.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::processes {

/// Runs `body(index)` in `units` forked processes, unit i on where.cpus[i % size], and returns when all have ended.
/// When one of them cannot be forked or dies, the others, which may wait for it for ever, are killed, and it throws.
template <class Body>
void run_forked_crew(placement const& where, unsigned units, Body const& body) {
  child_group crew(units);
  runtime::shared_object<runtime::futex_word> still_running(units);
  for (unsigned index = 0; index < units; ++index)
    crew.spawn([&] {
      runtime::pin_to(where.cpus, index);
      body(index);
      // Relaxed: what units did is read only after they are reaped.
      if (still_running->fetch_sub(1, std::memory_order_relaxed) == 1) runtime::futex_wake(*still_running);
    });
  for (std::uint32_t left; (left = still_running->load(std::memory_order_relaxed)) != 0;)
    crew.wait_while(*still_running, left, unexpected_end::failed);
  crew.reap_all();
}

}  // namespace unitcost::processes
