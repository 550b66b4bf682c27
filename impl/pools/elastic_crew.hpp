// Threads that become more while tasks wait and fewer when there is nothing to do, within bounds.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "impl/pools/crew_size.hpp"
#include "impl/pools/task.hpp"
#include "impl/runtime/posix_thread.hpp"

namespace unitcost::pools {

struct elastic_options {
  size_limits size{};
  std::size_t capacity = 1024;  ///< of the queue, one at least; tasks that run are no part of it
  std::vector<int> cpus{};      ///< thread k is pinned to cpus[k % cpus.size()]; empty: the kernel chooses
  /// Is told when a thread was started or has ended, and how many there are then. Under the crew's lock: it must not
  /// call the crew.
  std::function<void(std::int64_t now_ns, unsigned threads)> on_size{};
  /// When one more thread is due; asked by the manager, as on_size under the lock, each time that something has
  /// changed. A test listens here to what the manager has seen.
  std::function<std::optional<std::int64_t>(size_limits const&, crew_state const&)> when_due = next_start_ns;
};

/// What a crew has come to so far.
struct crew_counts {
  unsigned threads = 0;
  unsigned most_threads = 0;  ///< that were there together, each having begun
  std::uint64_t started = 0, retired = 0;
  std::int64_t idle_ns = 0;  ///< of all threads together
};

/// The oldest task is taken first. Of idle threads the one that has worked last is called first: its caches are warm,
/// and the others reach their time-outs although tasks trickle in. A thread of the crew's own, the manager, starts and
/// joins the others, so that nobody who gives a task pays for that. When the machine has no room for one more thread
/// the crew goes on with those it has and tries again.
///
/// All functions may be called by any thread, by tasks too unless they say otherwise. The destructor terminates and
/// joins.
class elastic_crew {
 public:
  using options = elastic_options;

  /// Starts the least. Throws std::invalid_argument for limits that no crew can keep, what starting a thread throws.
  explicit elastic_crew(elastic_options chosen);
  elastic_crew(elastic_crew const&) = delete;
  elastic_crew& operator=(elastic_crew const&) = delete;
  ~elastic_crew();

  /// As task_line::push.
  bool submit(std::unique_ptr<task>& next, std::optional<std::int64_t> limit_ns = {});

  /// Throws pool_not_running when the crew is closed.
  void require_running();
  /// No more tasks; those that are queued are run.
  void close();
  /// No more tasks; those that are queued are dropped, those that run are waited for by join.
  void terminate();
  /// Returns when all threads have ended. Throws pool_still_running before close or terminate. Not for tasks.
  void join();

  crew_counts counts();

  /// While one lives, in a task, its thread counts as blocked and makes room for another. Elsewhere it means nothing.
  class blocking_section {
   public:
    blocking_section();
    blocking_section(blocking_section const&) = delete;
    blocking_section& operator=(blocking_section const&) = delete;
    ~blocking_section();

   private:
    elastic_crew* crew_;
  };

 private:
  struct member {
    std::unique_ptr<task> given;
    std::condition_variable called;
    runtime::posix_thread thread;  ///< the manager's, but for the least, which are there before it
  };
  struct waiting_task {
    std::unique_ptr<task> what;
    std::int64_t since_ns;
  };
  using lock_type = std::unique_lock<std::mutex>;

  // All of these are called with the lock held; those that are given it may let go of it meanwhile.
  bool may_submit() const { return closed_ || !idle_.empty() || waiting_.size() < chosen_.capacity; }
  crew_state state() const;
  void count_idle_time();
  void leave_idle(member& one);
  void tell_size();
  std::unique_ptr<task> take_waiting();
  std::unique_ptr<task> next_for(member& self, lock_type& lock);
  void start_one(lock_type& lock);
  void join_retired(lock_type& lock);

  void serve(member& self);
  void manage();
  void count_blocked(int change);

  elastic_options chosen_;
  std::mutex mutex_;                 ///< guards what follows
  std::condition_variable changed_;  ///< for the manager
  std::condition_variable room_made_;
  std::deque<waiting_task> waiting_;  ///< oldest first; where there are idle threads it is empty
  std::list<member> members_, retired_;
  std::vector<member*> idle_;  ///< who has worked last is last
  unsigned starting_ = 0;      ///< of the members, those that have not looked for a task yet
  unsigned blocked_ = 0;
  bool closed_ = false;
  crew_counts counts_;
  std::int64_t idle_counted_until_ns_, last_start_ns_, next_try_ns_ = 0;
  std::mutex joining_;  ///< guards manager_ once it is made
  runtime::posix_thread manager_;
};

}  // namespace unitcost::pools
