#include "impl/stackful/stackful.hpp"

#include <algorithm>
#include <string>

#include "impl/runtime/touch.hpp"
#include "impl/stackful/ring.hpp"

namespace unitcost::models {
namespace {

// Address space for the fibers of a graph: 16 GiB at 16 KiB each. Depth-first, some hundreds are alive.
constexpr std::uint64_t most_fibers_of_a_graph = 1u << 20;

// What a unit needs of its stack beside what it touches: its control block and the frames below it.
constexpr std::size_t own_frames_bytes = 2048;

}  // namespace

std::vector<variant<stackful::options>> stackful::variants() {
  return {{"stack:16KiB", {.bytes = 16 * 1024}},
          {"stack:64KiB", {.bytes = 64 * 1024}},
          {"stack:512KiB", {.bytes = 512 * 1024}},
          {"stack:16KiB/guard:page", {.bytes = 16 * 1024, .guard = runtime::stack_guard::page}}};
}

stackful::stackful(options const& stacks, placement const& where)
    : scheduler_(stacks, where, std::min(unit_limit(stacks), most_fibers_of_a_graph)) {}

std::uint64_t stackful::unit_limit(options const& stacks) {
  return runtime::stack_mapping::most_stacks(stacks.bytes, stacks.guard);
}

ring_outcome stackful::run_ring(options const& stacks, placement const& where, ring_shape const& shape) {
  if (shape.by != handover::yield && shape.by != handover::transfer)
    throw not_supported("stackful: fibers hand over by yield or transfer, not by " + std::string(to_string(shape.by)));
  if (shape.units == 0) throw not_supported("stackful: a ring needs at least one unit");
  fibers::ring ring(shape);
  fibers::scheduler one_worker(stacks, {.workers = 1, .cpus = where.cpus}, shape.units);
  one_worker.run([&ring](fibers::fiber& self) { ring.lead(self); });
  return ring.outcome();
}

stackful::idle::idle(options const& stacks, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
    : arrivals_(arrivals), touch_bytes_(touch_bytes), scheduler_(stacks, {.workers = 1, .cpus = {}}, limit) {
  if (touch_bytes + own_frames_bytes > stacks.bytes)
    throw not_supported("stackful: touching " + std::to_string(touch_bytes) + " bytes does not fit a stack of " +
                        std::to_string(stacks.bytes) + "; use a larger stack");
}

void stackful::idle::grow_to(std::uint64_t count) {
  scheduler_.run([this, count](fibers::fiber& spawner) {
    while (alive_ < count) {
      auto& unit = spawner.where->create(units_, [this, index = alive_](fibers::fiber& self) {
        runtime::touch_own_stack(touch_bytes_);
        arrivals_.arrive(index);
        gate_.wait(self);
      });
      ++alive_;
      run_first(spawner, unit);  // comes back when the unit waits: no queue grows with the number of units
    }
  });
}

void stackful::idle::release() {
  if (alive_ == 0) return;
  scheduler_.run([this](fibers::fiber& opener) {
    gate_.open(opener);
    units_.wait(opener);
  });
  alive_ = 0;
}

}  // namespace unitcost::models
