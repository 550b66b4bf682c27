// A fixed number of threads that run the tasks of one line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "impl/pools/task.hpp"
#include "impl/pools/task_line.hpp"
#include "impl/runtime/posix_thread.hpp"

namespace unitcost::pools {

struct crew_options {
  unsigned threads = 1;
  std::size_t capacity = 1024;  ///< of the line, one at least; tasks that run are no part of it
  queue_discipline discipline = queue_discipline::fifo;
  std::vector<int> cpus{};  ///< thread k is pinned to cpus[k % cpus.size()]; empty: the kernel chooses
};

/// All functions may be called by any thread, by tasks too unless they say otherwise. The destructor terminates and
/// joins.
class thread_crew {
 public:
  using options = crew_options;

  /// Throws std::invalid_argument without threads, what starting one throws when the machine has no more.
  explicit thread_crew(crew_options const& chosen);
  thread_crew(thread_crew const&) = delete;
  thread_crew& operator=(thread_crew const&) = delete;
  ~thread_crew();

  /// As task_line::push.
  bool submit(std::unique_ptr<task>& next, std::optional<std::int64_t> limit_ns = {}) {
    return line_->push(next, limit_ns);
  }

  /// Throws pool_not_running when the crew is closed.
  void require_running();
  /// No more tasks; those that are queued are run.
  void close();
  /// No more tasks; those that are queued are dropped, those that run are waited for by join.
  void terminate();
  /// Returns when all threads have ended. Throws pool_still_running before close or terminate. Not for tasks.
  void join();

 private:
  void serve(std::size_t worker);

  std::unique_ptr<task_line> line_;
  std::mutex joining_;  ///< guards threads_ once they are all made
  std::vector<runtime::posix_thread> threads_;
};

}  // namespace unitcost::pools
