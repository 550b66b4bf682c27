// Kernel threads that run fibers.
#pragma once

#include <boost/fiber/condition_variable.hpp>
#include <boost/fiber/mutex.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "impl/boost_fiber/fiber_stack.hpp"
#include "impl/model.hpp"
#include "impl/runtime/chosen_reactor.hpp"
#include "impl/runtime/first_failure.hpp"

namespace unitcost::models::boost_fiber_parts {

/// The model's workers, from construction to destruction. One worker schedules round robin (reacting_round_robin.hpp);
/// several share one ready queue (algo::shared_work), which beats algo::work_stealing by being correct: that keeps its
/// schedulers in a static array that is sized once and indexed by a counter never set back, so the second set of
/// threads in a process writes beyond it (boostorg/fiber issue 217).
///
/// shared_work(suspend = true) never wakes a sleeping worker when another one queues a fiber (issues 274, 327), so
/// suspend is off: within a run an idle worker polls the queue. Between runs the workers sleep.
class worker_threads {
 public:
  /// `over`: how the fibers of a worker that is alone wait for descriptors.
  worker_threads(placement const& where, runtime::waits_over over);
  ~worker_threads();
  worker_threads(worker_threads const&) = delete;
  worker_threads& operator=(worker_threads const&) = delete;

  /// Runs `root` as a fiber of one worker, the others taking part, and returns when it has ended. What it throws, or
  /// the lack of a stack for it, is kept in `failure`.
  void run(fiber_stack& stacks, runtime::first_failure& failure, std::function<void()> root);

  /// Runs `root` as a fiber of the calling thread, which schedules by reacting_round_robin meanwhile, and returns when
  /// it has ended.
  static void run_on_caller(runtime::waits_over over, fiber_stack& stacks, runtime::first_failure& failure,
                            std::function<void()> const& root);

  /// To be called by the unit that spawns another. A function of its own that is not inlined: a fiber changes its
  /// thread at any suspension, and a compiler may keep a thread-local's address across one.
  static void count_unit();
  /// Units that the last run made.
  std::uint64_t units_made() const;

 private:
  struct alignas(64) worker {
    std::uint64_t made = 0;
    std::thread thread;
  };

  void start(std::size_t index, std::vector<int> const& cpus);
  void stop();
  void serve(std::size_t index);
  void lead();
  void help();

  std::vector<worker> workers_;
  runtime::waits_over over_;

  std::mutex mutex_;  // guards what follows; threads wait for it, not fibers
  std::condition_variable changed_;
  std::uint64_t runs_ = 0;   // each worker takes part once in each
  std::size_t working_ = 0;  // workers that have not yet finished their part, or their start
  bool stopping_ = false;
  std::exception_ptr start_failure_;
  fiber_stack* stacks_ = nullptr;  // these three are the caller's, for the time of one run
  runtime::first_failure* failure_ = nullptr;
  std::function<void()> root_;

  boost::fibers::mutex ending_;  // guards root_ended_; fibers wait for it, and their thread runs others meanwhile
  boost::fibers::condition_variable ended_;
  bool root_ended_ = false;
};

}  // namespace unitcost::models::boost_fiber_parts
