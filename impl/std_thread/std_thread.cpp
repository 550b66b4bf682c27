#include "impl/std_thread/std_thread.hpp"

#include "impl/runtime/kernel_ring.hpp"
#include "impl/runtime/resident_table.hpp"
#include "impl/runtime/touch.hpp"

namespace unitcost::models {
namespace {

/// One thread per unit of a ring. They start together, once there are all of them: a ring without one of its units
/// would never end, so when one cannot be started the others leave without having begun.
class thread_crew {
 public:
  thread_crew(std::size_t stack_bytes, std::vector<int> const& cpus) : stack_bytes_(stack_bytes), cpus_(cpus) {}

  template <class Body>
  void operator()(unsigned units, Body body) {
    std::atomic<bool> complete{false};
    runtime::futex_gate start;
    std::vector<runtime::posix_thread> threads;
    threads.reserve(units);
    open_at_end const opener{start};  // before the threads are joined, however this block is left
    for (unsigned index = 0; index < units; ++index)
      threads.emplace_back(attributes(index), [&, index] {
        start.wait();
        if (complete) body(index);
      });
    complete = true;
  }

 private:
  struct open_at_end {
    runtime::futex_gate& gate;
    ~open_at_end() { gate.open(); }
  };

  runtime::thread_attributes attributes(unsigned index) const {
    return {.stack_bytes = stack_bytes_, .cpu = runtime::thread_attributes::cpu_of(cpus_, index)};
  }

  std::size_t stack_bytes_;
  std::vector<int> const& cpus_;
};

}  // namespace

std::vector<variant<std_thread::options>> std_thread::variants() {
  return {{"stack:default", {}}, {"stack:16KiB", {.stack_bytes = 16 * 1024}}};
}

std_thread::std_thread(options const& chosen, placement const& where)
    : confinement_(runtime::cpus_of_workers(where)), attributes_{.stack_bytes = chosen.stack_bytes} {}

std_thread::idle::idle(options const& chosen, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
    : attributes_{.stack_bytes = chosen.stack_bytes},
      arrivals_(arrivals),
      touch_bytes_(touch_bytes),
      threads_(runtime::resident_table<runtime::posix_thread>(limit)) {
  runtime::require_stack_for(touch_bytes, chosen.stack_bytes);
}

void std_thread::idle::grow_to(std::uint64_t count) {
  for (std::uint64_t index = threads_.size(); index < count; ++index)
    threads_.emplace_back(attributes_, [this, index] {
      runtime::touch_own_stack(touch_bytes_);
      arrivals_.arrive(index);
      gate_.wait();
    });
  arrivals_.await(count);
}

void std_thread::idle::release() {
  gate_.open();
  threads_.clear();
}

std::vector<handover> std_thread::handovers() { return runtime::kernel_handovers(); }

ring_outcome std_thread::run_ring(options const& chosen, placement const& where, ring_shape const& ring) {
  return runtime::kernel_ring(ring, runtime::sharing::threads, thread_crew(chosen.stack_bytes, where.cpus));
}

}  // namespace unitcost::models
