// thread_pool: a fixed number of threads, the workers, and one queue of tasks under one mutex. A unit is a queued
// task, or, where units wait (footprint, switch), a worker.
//
// An idle worker takes the oldest task of the shallowest in the task graph. A task that joins does not block its
// worker but helps: it runs queued tasks that are deeper in the graph than itself, the newest first. It sleeps only
// when there is none. "Deeper" is what bounds a worker's stack: whatever lies above a unit on it is deeper than that
// unit, so it never holds more of them than the graph is deep. Help with just anything, even the newest, and one
// subtree piles up on another: fib(24), its leaves yielding, then took 2 MiB of stack where its depth needs 14 KiB.
//
// Nor can all sleep: who sleeps in a join has no child in the queue, so one of them lies on the stack of another
// worker. What that one does is deeper, and the deepest of all waits for nobody.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <mutex>
#include <new>
#include <string_view>
#include <type_traits>
#include <vector>

#include "impl/model.hpp"
#include "impl/pools/elastic_pool.hpp"
#include "impl/pools/half_sync_half_async.hpp"
#include "impl/pools/leader_followers.hpp"
#include "impl/pools/task_pool.hpp"
#include "impl/runtime/in_process_units.hpp"
#include "impl/runtime/posix_thread.hpp"
#include "impl/thread_pool/task_queue.hpp"

namespace unitcost::models {

/// An exception that leaves the root reaches run's caller; one that leaves another unit ends the program.
class thread_pool {
 public:
  struct options {};
  using verbs = pools::task_pool;             ///< for whoever gives it tasks from outside, one by one
  using elastic_verbs = pools::elastic_pool;  ///< of as many threads as there is work for
  /// Two ways in which threads serve those who ask by sockets.
  using half_sync_half_async = pools::half_sync_half_async;
  using leader_followers = pools::leader_followers;

  static constexpr std::string_view name = "thread_pool";
  static constexpr capabilities abilities{.parallel = true, .shares_memory = true, .every_call_a_unit = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  struct context {
    class scope;
    static constexpr unsigned no_worker = ~0u;

    thread_pool& pool;
    std::size_t depth = 0;        ///< in the task graph; the client has depth 0
    unsigned worker = no_worker;  ///< which worker the unit runs on; none: the client's thread
  };

  thread_pool(options const&, placement const& where);
  thread_pool(thread_pool const&) = delete;
  thread_pool& operator=(thread_pool const&) = delete;
  ~thread_pool() { stop(); }

  /// The root is a task as any other; the caller waits outside of the pool.
  template <class Root>
  auto run(Root root);

  /// The root runs on the calling thread, which executes no task: its joins block.
  template <class Root>
  auto run_from_client(Root root) {
    forget_units_made();
    context client{*this};
    return root(client);
  }
  std::uint64_t units_made() const;

  class idle;
  static constexpr std::uint64_t idle_unit_count = 1024;
  static std::uint64_t unit_limit(options const&) { return runtime::thread_limit(); }

  static std::vector<handover> handovers();
  /// A pool of as many workers as the ring has units.
  static ring_outcome run_ring(options const& chosen, placement const& where, ring_shape const& ring);

 private:
  static constexpr std::size_t largest_unit_bytes = 64;

  /// A queued unit, by value: only the queue allocates, in chunks.
  struct task {
    void (*execute)(task& self, context& on);
    context::scope* parent;
    void* result;
    alignas(std::max_align_t) std::byte unit[largest_unit_bytes];
  };

  thread_pool() = default;  ///< without workers

  template <class Greeting>
  void add_worker(runtime::thread_attributes const& attributes, Greeting greeting);
  void serve(unsigned worker);
  void stop();

  void submit(task const& next);
  void join(context::scope& scope, context& on);
  void execute(task& taken, unsigned worker, std::unique_lock<std::mutex>& lock);
  void forget_units_made();

  mutable std::mutex mutex_;                  ///< guards all below but workers_, and every scope's count
  std::condition_variable task_arrived_;      ///< for idle workers: any task is theirs, so one is woken for one
  std::condition_variable joiner_may_go_on_;  ///< for joining workers: a task arrived, maybe a deeper one, or the end
  std::condition_variable client_may_go_on_;  ///< for clients that join: the end of their scope
  task_queue<task> tasks_;
  std::uint64_t units_made_ = 0;
  bool stopping_ = false;
  std::vector<runtime::posix_thread> workers_;
};

/// Counts its tasks that have not ended; also when it is left by an exception it ends only after them.
class thread_pool::context::scope {
 public:
  explicit scope(context& parent) : parent_(parent) {}
  scope(scope const&) = delete;
  scope& operator=(scope const&) = delete;
  ~scope() { join(); }

  template <class Result, class Unit>
  void spawn(Result& result, Unit unit) {
    static_assert(std::is_trivially_copyable_v<Unit> && sizeof(Unit) <= largest_unit_bytes);
    static_assert(alignof(Unit) <= alignof(std::max_align_t));
    task next{.execute = run_unit<Result, Unit>, .parent = this, .result = &result, .unit = {}};
    new (next.unit) Unit(unit);
    parent_.pool.submit(next);
    joined_ = false;
  }
  template <class Result, class Unit>
  void call(Result& result, Unit unit) {
    context in_place{parent_.pool, parent_.depth + 1, parent_.worker};
    result = unit(in_place);
  }
  void join() {
    if (joined_) return;
    parent_.pool.join(*this, parent_);
    joined_ = true;
  }

 private:
  friend thread_pool;

  template <class Result, class Unit>
  static void run_unit(task& self, context& on) {
    *static_cast<Result*>(self.result) = (*std::launder(reinterpret_cast<Unit*>(self.unit)))(on);
  }

  context& parent_;
  bool joined_ = true;            ///< the parent's own; spares an empty scope the mutex
  bool joiner_sleeps_ = false;    ///< under the pool's mutex
  std::uint64_t unfinished_ = 0;  ///< under the pool's mutex
};

template <class Root>
auto thread_pool::run(Root root) {
  std::packaged_task<std::invoke_result_t<Root&, context&>(context&)> unit(std::ref(root));
  auto result = unit.get_future();
  run_from_client([&unit](context& client) {
    bool done = false;
    context::scope only(client);
    only.spawn(done, [&unit](context& on) {
      unit(on);
      return true;
    });
    only.join();
    return done;
  });
  return result.get();
}

/// The greeting is called once in the new worker, before it serves.
template <class Greeting>
void thread_pool::add_worker(runtime::thread_attributes const& attributes, Greeting greeting) {
  auto const worker = static_cast<unsigned>(workers_.size());
  workers_.emplace_back(attributes, [this, worker, greeting] {
    greeting();
    serve(worker);
  });
}

/// A pool whose workers become more and find no task.
class thread_pool::idle : public runtime::in_process_units {
 public:
  idle(options const&, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes);

  void grow_to(std::uint64_t count);
  void release() { pool_.stop(); }

 private:
  unit_arrivals& arrivals_;
  std::size_t touch_bytes_;
  thread_pool pool_;
};

static_assert(direct_model<thread_pool>);

}  // namespace unitcost::models
