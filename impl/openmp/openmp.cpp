#include "impl/openmp/openmp.hpp"

#include <string>

#include "impl/runtime/kernel_ring.hpp"

namespace unitcost::models {

namespace {

unsigned usable(unsigned workers) {
  if (workers == 0) throw not_supported("a team without threads runs no task; ask for at least one");
  return workers;
}

}  // namespace

openmp::openmp(options const&, placement const& where)
    : workers_(usable(where.workers)), cpus_of_caller_(openmp_parts::cpus_of_caller(where.cpus)), made_(where.workers) {
  openmp_parts::start_bound(workers_, where.cpus);
}

ring_outcome openmp::run_ring(options const&, placement const& where, ring_shape const& ring) {
  if (ring.by != handover::futex)
    throw not_supported("openmp's threads hand over by futex here, as std_thread's do, which also show " +
                        std::string(to_string(ring.by)) + " if that is the kernel's");
  return runtime::kernel_ring(ring, runtime::sharing::threads, [&where](unsigned units, auto const& body) {
    openmp_parts::kept_threads const crew;
    openmp_parts::start_bound(units, where.cpus);
    runtime::cpu_confinement const caller(openmp_parts::cpus_of_caller(where.cpus));
    openmp_parts::on_each_thread(units, body);
  });
}

}  // namespace unitcost::models
