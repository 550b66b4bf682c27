// A boost::asio::thread_pool as its users have it: tasks are posted to it, one by one, and it is joined.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <utility>

#include "impl/model.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::asio_runtime {

/// Its threads take the oldest task from one queue under one mutex, and sleep when there is none. The queue is bounded
/// by nothing but memory; whoever gives tasks never waits. All functions may be called by any thread, `apply_async` by
/// tasks too, and a task that a task gives goes to the same queue. An exception that leaves a task ends the program.
///
/// Asio pins no thread: they are confined to the CPUs of the workers, all of them to all of these.
class posting_pool {
 public:
  /// Throws not_supported where there are no workers.
  explicit posting_pool(placement const& where)
      : posting_pool(where, runtime::cpu_confinement(runtime::cpus_of_workers(where))) {}

  /// `body()`, which need not be copyable.
  template <class Body>
  void apply_async(Body body) {
    boost::asio::post(threads_, std::move(body));
  }
  /// Asio's pool has no such verb: from here on nobody outside gives it tasks, which is not looked after.
  void close() {}
  /// Returns when all tasks have ended, those that tasks have given too, and the threads with them.
  void join() { threads_.join(); }

 private:
  /// The threads inherit what this thread is confined to, while it makes them.
  posting_pool(placement const& where, runtime::cpu_confinement const&) : threads_(some(where.workers)) {}

  static std::size_t some(unsigned workers) {
    if (workers == 0) throw not_supported("a pool without workers runs no task; ask for at least one");
    return workers;
  }

  boost::asio::thread_pool threads_;  // its destructor drops what has not begun, and joins
};

}  // namespace unitcost::asio_runtime
