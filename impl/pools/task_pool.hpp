// A pool by the verbs that people know from CPython's multiprocessing.Pool: apply, apply_async, map, close, terminate,
// join. Three differences: who gives it a task waits while its queue is full; a task that was never run because of
// terminate fails instead of keeping its owner waiting for ever; and of several items that failed, map throws what the
// first of them in their order threw, not the first in time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/model.hpp"
#include "impl/pools/completion_queue.hpp"
#include "impl/pools/task.hpp"
#include "impl/pools/thread_crew.hpp"

namespace unitcost::pools {

/// The verbs, over workers of one kind: their crew with its options, the tasks it takes (`task`), and how one is made
/// of a callable (`task_of`). A task is a callable without arguments; what it returns or throws is its handle's.
/// Threads as of the crew.
template <class Workers>
class pool_of {
 public:
  using options = typename Workers::options;

  /// Where not, terminate lets the tasks that run come to their end, and join waits for them.
  static constexpr bool terminate_ends_what_runs = Workers::terminate_ends_what_runs;

  explicit pool_of(options const& chosen) : crew_(chosen) {}
  /// Options by which worker k is at where.cpus[k % size].
  static auto placed(placement const& where) { return Workers::placed(where); }

  /// Waits for the task. Not for tasks of the same pool: all its threads could wait so.
  template <class Body>
  auto apply(Body body) {
    return apply_async(std::move(body)).get();
  }

  /// Throws pool_not_running after close or terminate, in all of its forms.
  template <class Body>
  auto apply_async(Body body) {
    auto [next, handle] = promise(std::move(body), [] {});
    crew_.submit(next);
    return handle;
  }
  /// Nothing when the queue stays full for so long; `body` has not been called then.
  template <class Body>
  auto apply_async_within(std::int64_t limit_ns, Body body) {
    auto [next, handle] = promise(std::move(body), [] {});
    return crew_.submit(next, limit_ns) ? std::optional(handle) : std::nullopt;
  }
  template <class Body>
  auto try_apply_async(Body body) {
    return apply_async_within(0, std::move(body));
  }

  /// The same, and the handle is put into `completions` when the task has ended.
  template <class Body>
  auto apply_async(Body body, completion_queue<std::invoke_result_t<Body&>>& completions) {
    using handle_type = task_handle<std::invoke_result_t<Body&>>;
    auto const own = std::make_shared<std::optional<handle_type>>();
    auto [next, handle] = promise(std::move(body), [own, &completions] { completions.put(**own); });
    *own = handle;
    crew_.submit(next);
    return handle;
  }

  /// `body(item)` of each, in the order of the items. Waits for all of them, then throws what the first one that failed
  /// threw. Not for tasks of the same pool.
  template <std::ranges::input_range Items, class Body>
  auto map(Items&& items, Body body) {
    using item_type = std::ranges::range_value_t<Items>;
    using result_type = std::invoke_result_t<Body const&, item_type const&>;
    crew_.require_running();  // of no items, too
    std::vector<task_handle<result_type>> handles;
    try {
      for (auto const& item : items) handles.push_back(apply_async([body, item] { return body(item); }));
    } catch (...) {  // closed meanwhile: what `body` refers to is in use until those that were given have ended
      wait_for_all(handles);
      throw;
    }
    wait_for_all(handles);
    std::vector<result_type> results;
    results.reserve(handles.size());
    for (auto const& each : handles) results.push_back(each.get());
    return results;
  }

  void close() { crew_.close(); }
  void terminate() { crew_.terminate(); }
  void join() { crew_.join(); }

 protected:
  typename Workers::crew& crew() { return crew_; }

 private:
  template <class Handles>
  static void wait_for_all(Handles const& handles) {
    for (auto const& each : handles) each.wait();
  }

  template <class Body, class Ended>
  static auto promise(Body body, Ended ended) {
    auto made = std::make_unique<typename Workers::template task_of<Body, Ended>>(std::move(body), std::move(ended));
    auto handle = made->handle();
    return std::pair<std::unique_ptr<typename Workers::task>, decltype(handle)>(std::move(made), std::move(handle));
  }

  typename Workers::crew crew_;
};

struct thread_workers {
  using crew = thread_crew;
  using options = crew_options;
  using task = pools::task;
  template <class Body, class Ended>
  using task_of = promised_task<Body, Ended>;
  static constexpr bool terminate_ends_what_runs = false;
  static options placed(placement const& where) { return {.threads = where.workers, .cpus = where.cpus}; }
};

class task_pool : public pool_of<thread_workers> {
 public:
  using pool_of::pool_of;
};

}  // namespace unitcost::pools
