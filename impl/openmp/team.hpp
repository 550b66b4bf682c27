// OpenMP's threads: a parallel region of so many, and the end of those that the runtime keeps between two regions.
#pragma once

#include <omp.h>

#include <string>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/first_failure.hpp"

namespace unitcost::models::openmp_parts {

/// To be called inside of a region. Fewer threads than asked for are what OpenMP gives at a limit of its own
/// (OMP_THREAD_LIMIT): they would be measured as if they were all.
inline void require_team_of(unsigned threads) {
  auto const present = static_cast<unsigned>(::omp_get_num_threads());
  if (present != threads)
    throw limit_reached("OpenMP gives a team of " + std::to_string(present) + " threads where " +
                        std::to_string(threads) + " are asked for; raise OMP_THREAD_LIMIT");
}

/// Runs `body(thread)` on each thread of a team, all at once; the caller is thread 0. An exception may not leave a
/// region, so the first is carried out of it.
template <class Body>
void on_each_thread(unsigned threads, Body const& body) {
  runtime::first_failure failure;
#pragma omp parallel num_threads(threads) default(none) shared(threads, body, failure)
  failure.guard([&] {
    require_team_of(threads);
    body(static_cast<unsigned>(::omp_get_thread_num()));
  });
  failure.rethrow();
}

/// The threads that the runtime keeps for the calling thread's next region: they end with this object, which the
/// calling thread made.
class kept_threads {
 public:
  kept_threads() { ::omp_set_dynamic(0); }  // a team is as large as it is asked to be
  kept_threads(kept_threads const&) = delete;
  kept_threads& operator=(kept_threads const&) = delete;
  ~kept_threads() { end(); }

  /// Joins them. Idempotent; a later region starts new ones.
  static void end() { ::omp_pause_resource_all(omp_pause_hard); }
};

/// Starts `threads` threads, less the caller's, and binds each to its CPU, where it stays: from region to region thread
/// k of a team of one size is the same kernel thread (OpenMP's rule for threadprivate data). The caller is only bound
/// while it is in a region, by runtime::cpu_confinement. Throws std::system_error for a CPU that is not ours to use.
void start_bound(unsigned threads, std::vector<int> const& cpus);

/// The CPU of thread 0.
inline std::vector<int> cpus_of_caller(std::vector<int> const& cpus) {
  if (cpus.empty()) return {};
  return {cpus.front()};
}

}  // namespace unitcost::models::openmp_parts
