#include "impl/stackful/stackful.hpp"

#include <algorithm>
#include <string>

#include "impl/runtime/bare_ring.hpp"
#include "impl/runtime/touch.hpp"
#include "impl/stackful/bare_switches.hpp"
#include "impl/stackful/ring.hpp"
#include "impl/stackful/waiting/turns.hpp"

namespace unitcost::models {
namespace {

constexpr std::size_t kib = 1024;

// Address space for the fibers of a graph: 16 GiB at 16 KiB each. Depth-first, some hundreds are alive.
constexpr std::uint64_t most_fibers_of_a_graph = 1u << 20;

// Below that, only units that do nothing but wait: a clock reading alone may take more than what is left of 512 bytes.
constexpr std::size_t smallest_working_stack_bytes = 4 * kib;

// Where nobody has to ask what an idle unit needs.
constexpr std::size_t roomy_stack_bytes = 16 * kib;

stackful::options const& with_working_stacks(stackful::options const& stacks) {
  if (stacks.bytes < smallest_working_stack_bytes)
    throw not_supported("stackful: a stack of " + std::to_string(stacks.bytes) +
                        " bytes holds a unit that waits, not one that works; use 4 KiB or more");
  return stacks;
}

}  // namespace

std::vector<variant<stackful::options>> stackful::variants() {
  using enum runtime::stack_guard;
  return {{"stack:16KiB", {.bytes = 16 * kib}},
          {"stack:512B", {.bytes = 512}},
          {"stack:4KiB", {.bytes = 4 * kib}},
          {"stack:64KiB", {.bytes = 64 * kib}},
          {"stack:512KiB", {.bytes = 512 * kib}},
          {"stack:2MiB", {.bytes = 2048 * kib}, true},
          {"stack:512B/guard:canary", {.bytes = 512, .guard = canary}, true},
          {"stack:4KiB/guard:canary", {.bytes = 4 * kib, .guard = canary}, true},
          {"stack:16KiB/guard:canary", {.bytes = 16 * kib, .guard = canary}, true},
          {"stack:4KiB/guard:page", {.bytes = 4 * kib, .guard = page}, true},
          {"stack:16KiB/guard:page", {.bytes = 16 * kib, .guard = page}},
          {"stack:2MiB/guard:page", {.bytes = 2048 * kib, .guard = page}, true}};
}

stackful::stackful(options const& stacks, placement const& where)
    : stackful(stacks, where, fibers::worked_by::own_threads, runtime::waits_over::epoll) {}

stackful::stackful(options const& stacks, placement const& where, fibers::worked_by whose, runtime::waits_over over)
    : scheduler_(with_working_stacks(stacks), where, std::min(unit_limit(stacks), most_fibers_of_a_graph), whose,
                 over) {}

std::uint64_t stackful::unit_limit(options const& stacks) {
  return runtime::stack_mapping::most_stacks(stacks.bytes, stacks.guard);
}

ring_outcome stackful::run_ring(options const& stacks, placement const& where, ring_shape const& shape) {
  if (shape.units == 0) throw not_supported("stackful: a ring needs at least one unit");
  if (shape.by == handover::bare) return runtime::run_bare_ring<fibers::switch_out_of_line>(shape, stacks.bytes, where);
  if (shape.by == handover::bare_inline)
    return runtime::run_bare_ring<fibers::switch_inline>(shape, stacks.bytes, where);
  if (shape.by != handover::yield && shape.by != handover::transfer)
    throw not_supported("stackful: fibers hand over by yield, transfer or a bare switch, not by " +
                        std::string(to_string(shape.by)));
  fibers::ring ring(shape);
  fibers::scheduler one_worker(with_working_stacks(stacks), {.workers = 1, .cpus = where.cpus}, shape.units);
  one_worker.run([&ring](fibers::fiber& self) { ring.lead(self); });
  return ring.outcome();
}

stackful::idle::idle(options const& stacks, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
    : arrivals_(arrivals), touch_bytes_(touch_bytes), scheduler_(stacks, {.workers = 1, .cpus = {}}, limit) {
  if (auto const why = refusal(stacks, touch_bytes); !why.empty()) throw not_supported(why);
  if (touch_bytes + roomy_stack_bytes <= stacks.bytes || touch_bytes + own_bytes() <= stacks.bytes) return;
  throw not_supported("stackful: a unit that waits takes " + std::to_string(own_bytes()) + " bytes of its stack of " +
                      std::to_string(stacks.bytes) + " before it touches " + std::to_string(touch_bytes) +
                      "; use a larger stack");
}

std::string stackful::idle::refusal(options const& stacks, std::size_t touch_bytes) {
  if (touch_bytes < stacks.bytes) return {};
  return "stackful: touching " + std::to_string(touch_bytes) + " bytes does not fit a stack of " +
         std::to_string(stacks.bytes) + "; use a larger stack";
}

std::size_t stackful::idle::own_bytes() {
  static std::size_t const bytes = [] {
    unit_arrivals arrivals;
    idle one({.bytes = 4 * roomy_stack_bytes}, arrivals, 1, 0);
    one.grow_to(1);
    one.release();
    // A fresh stack is zero. What was spilled last may be so too: as much as all callee-saved registers is added.
    auto const deepest = std::ranges::find_if(one.newest_stack_, [](std::byte each) { return each != std::byte{0}; });
    return static_cast<std::size_t>(one.newest_stack_.end() - deepest) + sizeof(fibers::saved_frame);
  }();
  return bytes;
}

void stackful::idle::grow_to(std::uint64_t count) {
  scheduler_.run([this, count](fibers::fiber& spawner) {
    while (alive_ < count) {
      auto& unit = spawner.where->create(units_, [this, index = alive_](fibers::fiber& self) {
        runtime::touch_own_stack(touch_bytes_);
        arrivals_.arrive(index);
        gate_.wait(self);
      });
      newest_stack_ = unit.stack;
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
