#include "impl/thread_pool/thread_pool.hpp"

#include <optional>

#include "impl/runtime/kernel_ring.hpp"
#include "impl/runtime/resident_table.hpp"
#include "impl/runtime/touch.hpp"

namespace unitcost::models {
namespace {

/// A pool of `units` workers, each of which executes one task: the unit of the worker's own number, so that it runs
/// where that worker is pinned. No worker is free for a second task before all have one, since a ring begins only
/// when all its units have arrived.
class pool_crew {
 public:
  explicit pool_crew(std::vector<int> const& cpus) : cpus_(cpus) {}

  template <class Body>
  void operator()(unsigned units, Body body) {
    thread_pool pool({}, {.workers = units, .cpus = cpus_});
    pool.run_from_client([&](thread_pool::context& client) {
      std::vector<unsigned char> ended(units);
      thread_pool::context::scope crew(client);
      for (unsigned task = 0; task < units; ++task)
        crew.spawn(ended[task], [&body](thread_pool::context& on) {
          body(on.worker);
          return true;
        });
      crew.join();
    });
  }

 private:
  std::vector<int> const& cpus_;
};

}  // namespace

// Delegates to the pool without workers: when one cannot be started, the destructor stops those that were.
thread_pool::thread_pool(options const&, placement const& where) : thread_pool() {
  if (where.workers == 0) throw not_supported("a pool without workers runs no task; ask for at least one");
  workers_.reserve(where.workers);
  for (unsigned worker = 0; worker < where.workers; ++worker)
    add_worker({.cpu = runtime::thread_attributes::cpu_of(where.cpus, worker)}, [] {});
}

std::uint64_t thread_pool::units_made() const {
  std::lock_guard const lock(mutex_);
  return units_made_;
}

void thread_pool::forget_units_made() {
  std::lock_guard const lock(mutex_);
  units_made_ = 0;
}

void thread_pool::serve(unsigned worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    task_arrived_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    std::optional<task> taken = tasks_.take_shallowest();
    if (!taken) return;
    execute(*taken, worker, lock);
  }
}

void thread_pool::stop() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  task_arrived_.notify_all();
  workers_.clear();
}

void thread_pool::submit(task const& next) {
  {
    std::lock_guard const lock(mutex_);
    tasks_.push(next.parent->parent_.depth + 1, next);
    ++next.parent->unfinished_;
    ++units_made_;
  }
  task_arrived_.notify_one();
  // All: whether a joiner can take the task depends on its depth. They are fewer than the workers, and mostly none.
  joiner_may_go_on_.notify_all();
}

void thread_pool::join(context::scope& scope, context& on) {
  bool const helps = on.worker != context::no_worker;
  std::unique_lock lock(mutex_);
  while (scope.unfinished_ != 0) {
    if (std::optional<task> taken = helps ? tasks_.take_deeper_than(on.depth) : std::nullopt) {
      execute(*taken, on.worker, lock);
    } else {
      scope.joiner_sleeps_ = true;
      (helps ? joiner_may_go_on_ : client_may_go_on_).wait(lock);
      scope.joiner_sleeps_ = false;
    }
  }
}

/// Runs the task without the lock. Its end is counted under it: the joiner sees it only after the last access to the
/// scope, which it then may destroy.
void thread_pool::execute(task& taken, unsigned worker, std::unique_lock<std::mutex>& lock) {
  context::scope& scope = *taken.parent;
  context on{*this, scope.parent_.depth + 1, worker};
  lock.unlock();
  taken.execute(taken, on);
  lock.lock();
  if (--scope.unfinished_ != 0 || !scope.joiner_sleeps_) return;
  bool const client_joins = scope.parent_.worker == context::no_worker;
  (client_joins ? client_may_go_on_ : joiner_may_go_on_).notify_all();
}

thread_pool::idle::idle(options const&, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
    : arrivals_(arrivals), touch_bytes_(touch_bytes) {
  runtime::require_stack_for(touch_bytes, 0);
  pool_.workers_ = runtime::resident_table<runtime::posix_thread>(limit);
}

void thread_pool::idle::grow_to(std::uint64_t count) {
  for (std::uint64_t index = pool_.workers_.size(); index < count; ++index)
    pool_.add_worker({}, [this, index] {
      runtime::touch_own_stack(touch_bytes_);
      arrivals_.arrive(index);
    });
  arrivals_.await(count);
}

std::vector<handover> thread_pool::handovers() { return runtime::kernel_handovers(); }

ring_outcome thread_pool::run_ring(options const&, placement const& where, ring_shape const& ring) {
  return runtime::kernel_ring(ring, runtime::sharing::threads, pool_crew(where.cpus));
}

}  // namespace unitcost::models
