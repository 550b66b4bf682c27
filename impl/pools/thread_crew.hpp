// A fixed number of threads that run tasks of one bounded queue.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "impl/pools/task.hpp"
#include "impl/runtime/posix_thread.hpp"

namespace unitcost::pools {

/// Which of the queued tasks is taken next.
enum class queue_discipline {
  fifo,  ///< the one that has waited longest: none starves
  lifo,  ///< the newest, whose data is warmest: the oldest waits as long as newer ones come
};

struct crew_options {
  unsigned threads = 1;
  std::size_t capacity = 1024;  ///< of the queue, one at least; tasks that run are no part of it
  queue_discipline discipline = queue_discipline::fifo;
  std::vector<int> cpus{};  ///< thread k is pinned to cpus[k % cpus.size()]; empty: the kernel chooses
};

/// All functions may be called by any thread, by tasks too unless they say otherwise. The destructor terminates and
/// joins.
class thread_crew {
 public:
  /// Throws std::invalid_argument without threads, what starting one throws when the machine has no more.
  explicit thread_crew(crew_options const& chosen);
  thread_crew(thread_crew const&) = delete;
  thread_crew& operator=(thread_crew const&) = delete;
  ~thread_crew();

  /// Queues the task; waits while the queue is full, for at most `limit_ns` if that is said. False when the time
  /// passed, and the task is the caller's still. Throws pool_not_running when the crew is closed, before or while it
  /// waits.
  ///
  /// A task that waits for room takes a thread away from making it: when all of them do, only a limit ends that.
  bool submit(std::unique_ptr<task>& next, std::optional<std::int64_t> limit_ns = {});

  /// Throws pool_not_running when the crew is closed.
  void require_running();
  /// No more tasks; those that are queued are run.
  void close();
  /// No more tasks; those that are queued are dropped, those that run are waited for by join.
  void terminate();
  /// Returns when all threads have ended. Throws pool_still_running before close or terminate. Not for tasks.
  void join();

 private:
  bool has_room() const { return closed_ || queue_.size() < capacity_; }
  void serve();
  /// Nothing when the queue is empty and nothing comes any more.
  std::unique_ptr<task> take();

  std::size_t capacity_;
  queue_discipline discipline_;
  std::mutex mutex_;                      ///< guards all below but joining_ and threads_
  std::condition_variable task_arrived_;  ///< any idle thread takes any task: one is woken for one
  std::condition_variable room_made_;
  std::deque<std::unique_ptr<task>> queue_;  ///< oldest first
  bool closed_ = false;
  std::mutex joining_;  ///< guards threads_ once they are all made
  std::vector<runtime::posix_thread> threads_;
};

}  // namespace unitcost::pools
