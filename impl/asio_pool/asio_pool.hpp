// asio_pool: a boost::asio::thread_pool; a unit is a task that is posted to it.
//
// Asio's pool is for tasks that come from outside. It has no join of some tasks, so a scope counts its own; and none
// that helps: a task that waited for others would keep its thread from them, and soon all threads would wait so. So no
// unit forks here. The root runs on the thread that calls for it, which is no worker, and it alone spawns and joins.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "impl/asio_pool/posting_pool.hpp"
#include "impl/model.hpp"
#include "impl/runtime/first_failure.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/no_waiting_units.hpp"
#include "impl/runtime/scope_of.hpp"

namespace unitcost::models {

/// The first exception that left a unit of a run, or its root, reaches run's caller when all have ended.
class asio_pool : public runtime::no_waiting_units<asio_pool> {
 public:
  /// For whoever gives it tasks from outside, one by one.
  using tasks_from_outside = asio_runtime::posting_pool;

  static constexpr std::string_view name = "asio_pool";
  static constexpr capabilities abilities{.parallel = true, .shares_memory = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  static constexpr char const* why_no_unit_forks =
      "a task of asio's thread_pool that joins others keeps its thread from them: only who is outside forks";
  static constexpr char const* why_no_unit_waits =
      "asio_pool is compared where tasks are given: what waits under Asio is a unit of asio";
  static constexpr char const* why_none_together = why_no_unit_waits;
  static constexpr char const* why_no_handle = "what is posted to Asio's pool has no handle: it is joined by counting";

  struct context {
    class scope;
    asio_pool& pool;
    runtime::first_failure* failure = nullptr;  ///< that of a run, for who is outside; a unit has none, and spawns none
  };

  asio_pool(options const&, placement const& where) : threads_(where) {}

  template <class Root>
  auto run(Root root) {
    return run_from_client(root);
  }
  /// The root runs on the calling thread, which executes no task: its joins block.
  template <class Root>
  auto run_from_client(Root root) {
    units_made_ = 0;
    runtime::first_failure failure;
    context client{*this, &failure};
    auto const result = root(client);
    failure.rethrow();
    return result;
  }
  std::uint64_t units_made() const { return units_made_; }

 private:
  asio_runtime::posting_pool threads_;
  std::uint64_t units_made_ = 0;  // by the client alone
};

/// Counts its tasks that have not ended; also when it is left by an exception it ends only after them.
class asio_pool::context::scope : public runtime::scope_of<context> {
 public:
  using scope_of::scope_of;
  ~scope() { join(); }

  template <class Result, class Unit>
  void spawn(Result& result, Unit unit) {
    if (parent_.failure == nullptr) throw not_supported(why_no_unit_forks);
    // Relaxed: handed to the worker with the task.
    unfinished_.fetch_add(1, std::memory_order_relaxed);
    parent_.pool.threads_.apply_async([this, &result, unit] {
      parent_.failure->guard([&] {
        context own{parent_.pool};
        result = unit(own);
      });
      end_one(unfinished_);
    });
    ++parent_.pool.units_made_;
  }
  void join() {
    // Acquire: who sees none left sees what all of them wrote.
    while (std::uint32_t const left = unfinished_.load(std::memory_order_acquire))
      runtime::futex_wait(unfinished_, left, runtime::sharing::threads);
  }

 private:
  /// From its count on the joiner may go on, and the word be gone: the kernel is told of an address, and no more.
  static void end_one(runtime::futex_word& unfinished) {
    if (unfinished.fetch_sub(1, std::memory_order_acq_rel) == 1)
      runtime::futex_wake(unfinished, 1, runtime::sharing::threads);
  }

  runtime::futex_word unfinished_{0};
};

static_assert(direct_model<asio_pool> && pool_model<asio_pool>);

}  // namespace unitcost::models
