#include "impl/tbb/worker_pool.hpp"

#include <sched.h>
#include <tbb/task_group.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <thread>
#include <utility>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/pinning.hpp"

namespace unitcost::models::tbb_parts {

namespace {

constexpr std::int64_t start_patience_ns = 1'000'000'000;

/// The mask that the calling thread had before it entered a pinned arena.
thread_local cpu_set_t mask_outside;

/// Pinning fails inside an observer, where oneTBB has no way to report it; so the CPUs are tried here, where it can
/// throw.
void require_usable(std::vector<int> const& cpus) { runtime::cpu_confinement const tried(cpus); }

}  // namespace

pinning_observer::pinning_observer(::tbb::task_arena& arena, std::vector<int> cpus)
    : task_scheduler_observer(arena), cpus_(std::move(cpus)) {
  require_usable(cpus_);
  if (!cpus_.empty()) observe(true);
}

// Before the vector goes: oneTBB waits here for entries and exits in flight.
pinning_observer::~pinning_observer() { observe(false); }

void pinning_observer::on_scheduler_entry(bool) {
  ::sched_getaffinity(0, sizeof mask_outside, &mask_outside);
  runtime::pin_to(cpus_, static_cast<std::size_t>(::tbb::this_task_arena::current_thread_index()));
}

void pinning_observer::on_scheduler_exit(bool) { ::sched_setaffinity(0, sizeof mask_outside, &mask_outside); }

worker_pool::worker_pool(placement const& where, caller submitter)
    // An arena of one slot still gets a second from oneTBB, for starvation-resistant tasks.
    : slots_(where.workers + 1),
      // Counts the submitting thread, whether it works or not. Without it oneTBB never makes more threads than CPUs.
      parallelism_(::tbb::global_control::max_allowed_parallelism,
                   where.workers + (submitter == caller::only_waits ? 1 : 0)),
      scheduler_(::tbb::attach{}),
      arena_(static_cast<int>(where.workers), submitter == caller::works ? 1 : 0),
      pinning_(arena_, where.cpus) {
  arena_.initialize();
  if (submitter == caller::works) start_threads(where.workers);
}

worker_pool::~worker_pool() {
  pinning_.observe(false);  // while its arena still exists
  arena_.terminate();
  // Joins the threads, unless somebody else in the process still uses oneTBB: then they are not ours to end.
  ::tbb::finalize(scheduler_, std::nothrow);
}

// A task each, none of which ends before all have begun: so each is on a thread of its own.
void worker_pool::start_threads(unsigned threads) {
  std::atomic<unsigned> present{0};
  std::int64_t const give_up_ns = runtime::now_ns() + start_patience_ns;
  auto const meet = [&] {
    present.fetch_add(1, std::memory_order_relaxed);
    while (present.load(std::memory_order_relaxed) < threads && runtime::now_ns() < give_up_ns)
      std::this_thread::yield();
  };
  arena_.execute([&] {
    ::tbb::task_group everyone;
    for (unsigned other = 1; other < threads; ++other) everyone.run(meet);
    meet();
    everyone.wait();
  });
}

}  // namespace unitcost::models::tbb_parts
