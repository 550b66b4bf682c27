// process_pool: workers are forked once, units travel to them as bytes through a bounded queue in shared memory.
//
// Where a unit has to wait for itself to be counted (footprint, switch) the unit is the worker, since a pool cannot
// park more tasks than it has workers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "impl/model.hpp"
#include "impl/pools/process_task_pool.hpp"
#include "impl/process/process_limits.hpp"
#include "impl/process_pool/worker_crew.hpp"
#include "impl/runtime/kernel_ring.hpp"
#include "impl/runtime/pinning.hpp"
#include "impl/runtime/shared_region.hpp"
#include "impl/runtime/touch.hpp"

namespace unitcost::models {

class process_pool {
 public:
  struct options {};

  static constexpr std::string_view name = "process_pool";
  /// A crash takes one worker and its task; the other workers live on, and the next run starts a new crew.
  /// Not every_call_a_unit: a joining worker runs whatever task is newest on its own stack, and with millions of
  /// units nothing bounds how deep strangers nest there.
  static constexpr capabilities abilities{.parallel = true, .preemptive = true, .survives_crash = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }
  static constexpr char const* why_no_handle =
      "process_pool's tasks give no tasks; who gives them from outside has the same handle as of thread_pool's";

  using context = processes::pool_context;
  using verbs = pools::process_task_pool;  ///< for whoever gives it tasks from outside, one by one

  process_pool(options const&, placement const& where) : where_(where) { start_crew(); }
  process_pool(process_pool const&) = delete;
  process_pool& operator=(process_pool const&) = delete;
  ~process_pool() {
    if (crew_is_broken_) return;  // nobody to say goodbye to: the crew's own destructor kills
    try {
      crew_->stop();
    } catch (...) {  // a worker died while idle: no result was lost by it, and a destructor cannot say it
    }
  }

  /// The root is a task too; the caller blocks. Throws unit_crashed when a worker dies, noticed within 20 ms.
  template <class Root>
  auto run(Root root) {
    return with_crew([&root](context& client) {
      std::invoke_result_t<Root&, context&> result{};
      context::scope only(client);
      only.spawn(result, root);
      only.join();
      return result;
    });
  }

  /// The root runs in the calling process, which is no worker and does not help: its joins block.
  template <class Root>
  auto run_from_client(Root root) {
    return with_crew([&root](context& client) { return root(client); });
  }

  std::uint64_t units_made() const { return crew_->state().units_made->load(std::memory_order_relaxed); }

  class idle;
  /// 256 workers of some 100 KiB: 100 steps of the account, forked in 0.05 s.
  static constexpr std::uint64_t idle_unit_count = 256;
  static std::uint64_t unit_limit(options const&) { return processes::most_processes(); }

  static std::vector<handover> handovers() { return runtime::kernel_handovers(); }
  /// In a pool of as many workers as the ring has units, each of which runs one task.
  static ring_outcome run_ring(options const&, placement const& where, ring_shape const& ring) {
    return runtime::kernel_ring(ring, runtime::sharing::processes,
                                [&where](unsigned units, auto const& body) { run_ring_tasks(where, units, body); });
  }

 private:
  void start_crew() {
    runtime::shared_object<unit_arrivals> ready;
    // The old crew first: two at once would compete for the CPUs and for pids.
    crew_.reset();
    crew_ = std::make_unique<processes::worker_crew>(where_.workers);
    crew_->grow_to(where_.workers, *ready, [this](std::size_t index) { runtime::pin_to(where_.cpus, index); });
    crew_is_broken_ = false;
  }

  template <class Work>
  auto with_crew(Work const& work) {
    if (crew_is_broken_) start_crew();
    crew_->state().units_made->store(0, std::memory_order_relaxed);
    crew_is_broken_ = true;  // until proven otherwise: after an exception, tasks without a joiner may be under way
    context client = crew_->client();
    auto const result = work(client);
    crew_is_broken_ = false;
    return result;
  }

  template <class Body>
  static void run_ring_tasks(placement const& where, unsigned units, Body const& body) {
    if (units > processes::task_queue::capacity)
      throw limit_reached("a ring of " + std::to_string(units) + " tasks is more than the pool's queue holds (" +
                          std::to_string(processes::task_queue::capacity) + ", task_queue::capacity)");
    runtime::shared_object<unit_arrivals> ready;
    processes::worker_crew crew(units);
    crew.grow_to(units, *ready, [](std::size_t) {});
    context client = crew.client();
    context::scope ring(client);
    std::vector<char> ended(units);
    // `where` and `body` were here before the workers were forked, so each has its copy at the same address.
    for (unsigned index = 0; index < units; ++index)
      ring.spawn(ended[index], [&where, &body, index](context&) {
        runtime::pin_to(where.cpus, index);
        body(index);
        return char{1};
      });
    ring.join();
    crew.stop();
  }

  placement where_;
  std::unique_ptr<processes::worker_crew> crew_;
  bool crew_is_broken_ = true;
};

/// A pool that nobody gives a task: its workers wait at the queue as they do in life.
class process_pool::idle {
 public:
  idle(options const&, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
      : arrivals_(arrivals), touch_bytes_(touch_bytes), crew_(limit) {}
  idle(idle const&) = delete;
  idle& operator=(idle const&) = delete;
  ~idle() {
    try {
      release();
    } catch (...) {  // a worker crashed: whoever needs to know calls release(), a destructor cannot say it
    }
  }

  void grow_to(std::uint64_t count) {
    crew_.grow_to(count, arrivals_, [this](std::size_t) { runtime::touch_own_stack(touch_bytes_); });
  }
  void release() { crew_.stop(); }
  std::vector<int> process_ids() const {
    auto const pids = crew_.workers().pids();
    return {pids.begin(), pids.end()};
  }

 private:
  unit_arrivals& arrivals_;
  std::size_t touch_bytes_;
  processes::worker_crew crew_;
};

static_assert(direct_model<process_pool>);

}  // namespace unitcost::models
