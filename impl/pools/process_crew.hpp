// A fixed number of processes that run tasks of one bounded queue, and the manager who looks after them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "impl/pools/nursery.hpp"
#include "impl/pools/remote_task.hpp"
#include "impl/pools/slot_queue.hpp"
#include "impl/runtime/doorbell.hpp"
#include "impl/runtime/epoll_set.hpp"
#include "impl/runtime/posix_thread.hpp"

namespace unitcost::pools {

struct process_crew_options {
  unsigned workers = 1;
  std::size_t capacity = 1024;  ///< of the queue, one at least; the tasks that run, one a worker, are no part of it
  std::uint64_t tasks_per_worker = 0;  ///< after so many a worker ends and is replaced; 0: none is
  std::vector<int> cpus{};             ///< worker k is pinned to cpus[k % cpus.size()]; empty: the kernel chooses
};

/// A worker is a fork of the client as it was when the crew was made: what a task refers to has to be older, or shared
/// memory, and what it writes to other memory stays with its worker. It runs on what was left then of the maker's
/// stack.
///
/// Workers take tasks from the queue in shared memory by themselves, so that one hand-over stands between two tasks of
/// a busy pool, not two. The manager, a thread of the client, has the rest: it waits for results and for deaths at once
/// (epoll: a bell that workers and nursery ring, and the nursery's pidfd; a futex could not be waited for together
/// with that), settles handles, and has dead workers replaced. A task whose worker died fails with unit_crashed, which
/// tells how; nobody else's does.
///
/// All functions may be called by any thread of the client, never by tasks. The destructor terminates and joins.
class process_crew {
 public:
  /// Throws std::invalid_argument for no worker or more than a slot_queue can tell apart, limit_reached without room
  /// for so many processes, std::system_error for a CPU that is not ours.
  explicit process_crew(process_crew_options const& chosen);
  process_crew(process_crew const&) = delete;
  process_crew& operator=(process_crew const&) = delete;
  ~process_crew();

  /// Queues the task; waits while the queue is full, for at most `limit_ns` if that is said. False when the time
  /// passed, and the task is the caller's still. Throws pool_not_running when the crew is closed, before or while it
  /// waits; it closes itself when its nursery is killed.
  bool submit(std::unique_ptr<remote_task>& next, std::optional<std::int64_t> limit_ns = {});

  /// Throws pool_not_running when the crew is closed.
  void require_running();
  /// No more tasks; those that are queued are run.
  void close();
  /// No more tasks; those that are queued are dropped, the workers are killed, and what they had in hand fails.
  void terminate();
  /// Returns when all processes have ended and are reaped. Throws pool_still_running before close or terminate.
  void join();

 private:
  bool has_room() const { return closed_ || !free_.empty(); }
  void start_all();
  void serve(unsigned worker);

  // The manager's.
  void manage();
  void settle_ended();
  void replace_ended();
  void stop_when_done();
  void fail_all_left();
  void fail_left_by(unsigned worker, processes::child_end const* end);
  std::exception_ptr death(processes::child_end const* end);
  bool wait_for_news();  ///< whether the nursery has ended

  std::unique_ptr<remote_task> taken_out(std::uint32_t slot);
  void put_back(std::uint32_t slot);

  unsigned workers_;
  std::uint64_t tasks_per_worker_;
  std::mutex mutex_;  ///< guards all up to terminated_, and who pushes
  std::condition_variable room_made_;
  std::vector<std::unique_ptr<remote_task>> tasks_;  ///< by slot, from submit until it has ended
  std::vector<std::uint32_t> free_;                  ///< slots; the warmest is the last
  bool closed_ = false, terminated_ = false;

  runtime::doorbell news_;
  slot_queue queue_;
  nursery nursery_;
  runtime::epoll_set watched_;
  std::mutex joining_;  ///< guards manager_ once it runs
  runtime::posix_thread manager_;
};

}  // namespace unitcost::pools
