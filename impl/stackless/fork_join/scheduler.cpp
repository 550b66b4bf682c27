#include "impl/stackless/fork_join/scheduler.hpp"

#include <algorithm>
#include <future>

#include "impl/runtime/pinning.hpp"

namespace unitcost::stackless_runtime {

namespace {

// A search ends after this many looks at all the others, a sched_yield(2) after each: some 70 us,
// the price of two futex wake-ups, and far below the millisecond after which idleness shall cost nothing.
constexpr int looks_before_sleep = 100;

}  // namespace

scheduler::scheduler(unsigned workers) : idle_(workers) {
  for (std::uint32_t seed = 1; seed <= workers; ++seed) workers_.emplace_back(new worker_thread{{idle_, run_}, seed});
}

// Where this throws the scheduler is complete, so its destructor stops those that have started.
scheduler::scheduler(placement const& where) : scheduler(std::max(1u, where.workers)) {
  for (std::size_t index = 0; index < workers_.size(); ++index) start(*workers_[index], where.cpus, index);
}

void scheduler::start(worker_thread& self, std::vector<int> const& cpus, std::size_t index) {
  std::packaged_task<void()> prepare([&] {
    runtime::pin_to(cpus, index);
    frame_cache::settle();
    self.frames = &this_thread_frames;
    self.own.begin();
  });
  std::future<void> prepared = prepare.get_future();
  // The thread owns the task; what the task refers to is used before this function returns.
  self.thread = std::thread([this, &self, prepare = std::move(prepare)]() mutable {
    prepare();
    if (worker::current != nullptr) work(self);
  });
  prepared.get();
}

void scheduler::stop() {
  idle_.close();
  for (auto& each : workers_)
    if (each->thread.joinable()) each->thread.join();
}

void scheduler::run(unit& root) {
  std::uint64_t const made_before = frames_made();
  run_.begin();
  root.start_as_root();
  // Seq_cst: this is published work, as parking.hpp asks for; its release half hands over the root's frame.
  root_.store(&root, std::memory_order_seq_cst);
  idle_.notify();
  run_.wait();
  root.free_frame();  // here, where it was made: otherwise each run would take a new one from this thread
  units_made_ = frames_made() - made_before;
  run_.failure.rethrow();
}

std::uint64_t scheduler::frames_made() const {
  std::uint64_t made = 0;
  for (auto const& each : workers_) made += each->frames->made();
  return made;
}

void scheduler::work(worker_thread& self) {
  for (;;) {
    if (unit* const found = search(self)) {
      idle_.end_search([this] { return sees_work(); });
      self.own.drive(*found);
      idle_.begin_search();
    } else if (!idle_.sleep([this] { return sees_work(); })) {
      return;
    }
  }
}

unit* scheduler::search(worker_thread& self) {
  for (int look = 0; look < looks_before_sleep; ++look) {
    // A plain load first, which leaves the cache line shared among searchers. Acquire: the root's frame, see run.
    if (root_.load(std::memory_order_relaxed) != nullptr)
      if (unit* const root = root_.exchange(nullptr, std::memory_order_acquire)) return root;
    if (unit* const stolen = steal_for(self)) return stolen;
    std::this_thread::yield();
  }
  return nullptr;
}

unit* scheduler::steal_for(worker_thread& thief) {
  // xorshift32 (Marsaglia, 2003): another first victim each time, so that thieves do not queue up at one.
  thief.random ^= thief.random << 13;
  thief.random ^= thief.random >> 17;
  thief.random ^= thief.random << 5;
  for (std::size_t offset = 0; offset < workers_.size(); ++offset) {
    worker_thread& victim = *workers_[(thief.random + offset) % workers_.size()];
    if (&victim == &thief) continue;
    if (unit* const stolen = victim.own.steal_continuation()) return stolen;
  }
  return nullptr;
}

bool scheduler::sees_work() const {
  return root_.load(std::memory_order_seq_cst) != nullptr ||
         std::any_of(workers_.begin(), workers_.end(),
                     [](auto const& each) { return !each->own.has_nothing_to_steal(); });
}

}  // namespace unitcost::stackless_runtime
