#include "impl/openmp/team.hpp"

#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/pinning.hpp"

namespace unitcost::models::openmp_parts {

void start_bound(unsigned threads, std::vector<int> const& cpus) {
  { runtime::cpu_confinement const tried(cpus_of_caller(cpus)); }
  on_each_thread(threads, [&cpus](unsigned thread) {
    if (thread != 0) runtime::pin_to(cpus, thread);
  });
}

}  // namespace unitcost::models::openmp_parts
