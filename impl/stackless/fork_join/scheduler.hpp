// The workers of a model object: threads that run one root and, by stealing from each other, everything below it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "impl/model.hpp"
#include "impl/stackless/fork_join/worker.hpp"

namespace unitcost::stackless_runtime {

class scheduler {
 public:
  /// Starts the workers; returns when each is pinned. Throws what pinning throws.
  explicit scheduler(placement const& where);
  ~scheduler() { stop(); }

  /// Runs `root`, which has not started, and blocks until it has ended; throws the first exception that left a
  /// unit. For one caller at a time, which is no worker.
  void run(unit& root);

  /// Frames that the workers made during the last run. The root's is the caller's, made before the run.
  std::uint64_t units_made() const { return units_made_; }

 private:
  struct worker_thread {
    worker own;
    std::uint32_t random;                 // of the choice of victims
    frame_cache const* frames = nullptr;  // of the thread
    std::thread thread{};
  };

  explicit scheduler(unsigned workers);
  void start(worker_thread& self, std::vector<int> const& cpus, std::size_t index);
  void stop();
  void work(worker_thread& self);
  unit* search(worker_thread& self);
  unit* steal_for(worker_thread& thief);
  bool sees_work() const;
  std::uint64_t frames_made() const;

  runtime::parking idle_;
  runtime::run_state run_;
  std::atomic<unit*> root_{nullptr};  // handed in and not yet taken
  std::uint64_t units_made_ = 0;
  std::vector<std::unique_ptr<worker_thread>> workers_;
};

}  // namespace unitcost::stackless_runtime
