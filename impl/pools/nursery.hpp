// A small process of one thread that forks workers on request and reports how each of them ended.
//
// A client with threads cannot fork workers itself when one has to be replaced: the child would get locks that some
// thread held at that moment, and nobody to release them. It forks the nursery once, when it makes it; every worker,
// the first and the last, then begins with the memory of that moment, and is reaped by its parent, the nursery.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "impl/process/child_end.hpp"
#include "impl/process/shared_failure.hpp"
#include "impl/runtime/doorbell.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::pools {

/// Orders and reports go through shared memory, a word per worker, and a bell each way. Nobody is left behind: when the
/// client ends, in whatever way, the nursery learns it (pidfd), kills its workers, reaps them and ends; when the
/// nursery is killed, so are its workers (PR_SET_PDEATHSIG). Functions are for one thread of the client, unless they
/// say otherwise; the destructor kills and reaps all.
class nursery {
 public:
  /// Forks the nursery; no worker yet. Worker k will run `work(k)` on cpus[k % cpus.size()] (empty: wherever the kernel
  /// chooses) and end. `reports` is rung when something is to be learnt here; both outlive the nursery. Throws
  /// limit_reached when there is no room for one more process.
  nursery(unsigned workers, std::vector<int> cpus, std::function<void(unsigned)> work,
          runtime::doorbell const& reports);
  nursery(nursery const&) = delete;
  nursery& operator=(nursery const&) = delete;
  ~nursery();

  /// Of a worker that never began or whose end was taken. While the kernel refuses it, it is tried again and again.
  void start(unsigned worker);
  /// Whether it was started, and maybe has ended again. Throws what keeps it from that: limit_reached, or
  /// std::system_error for a CPU that is not ours.
  bool has_started(unsigned worker) const;
  /// How the worker ended; once for each start.
  std::optional<processes::child_end> take_end(unsigned worker);

  /// Ends as soon as no worker is left. Any thread may call these two.
  void stop();
  /// Ends after it has killed all workers.
  void kill();

  /// Readable (epoll) once the nursery has ended, as ordered or not.
  int end_descriptor() const { return process_end_.get(); }
  bool has_ended() const;
  /// Waits for its end; no zombie is left of it then.
  void reap();

 private:
  enum class phase : std::uint32_t {
    absent,  ///< the client's: `end` may be read
    wanted,  ///< the nursery's
    alive,   ///< the nursery's
    ended,   ///< the client's: `end` is to be read
  };
  enum class refusal : std::uint32_t { none, of_fork, of_cpu };
  struct record {
    std::atomic<phase> at{phase::absent};
    std::atomic<refusal> refused{refusal::none};
    std::atomic<int> error_number{0};
    processes::child_end end{};  ///< its pid from the start on
  };
  enum class order : std::uint32_t { serve, stop, kill };

  // In the nursery: nothing that waits for a lock, which a thread of the client may have held at the fork. (malloc's
  // are no danger, glibc's fork hands them over.)
  [[noreturn]] void serve(int client);
  void launch(unsigned worker);
  [[noreturn]] void become_worker(unsigned worker, pid_t parent);
  void reap_ended();
  void kill_living() const;
  bool any(phase which) const;

  void give(order what);

  std::vector<int> cpus_;
  std::function<void(unsigned)> work_;
  runtime::doorbell const& reports_;
  runtime::doorbell orders_;
  runtime::shared_array<record> records_;
  runtime::shared_object<std::atomic<order>> order_{order::serve};
  runtime::shared_object<processes::shared_failure> failure_;
  sigset_t workers_mask_{};  ///< the nursery's: of the signals blocked when it was made
  pid_t process_ = 0;
  runtime::owned_descriptor process_end_;
};

}  // namespace unitcost::pools
