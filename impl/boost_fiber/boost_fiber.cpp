#include "impl/boost_fiber/boost_fiber.hpp"

#include <boost/fiber/operations.hpp>

#include <string>
#include <thread>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/pinning.hpp"

namespace unitcost::models {

using boost_fiber_parts::stack_source;
using runtime::first_failure;

std::vector<variant<boost_fiber::options>> boost_fiber::variants() {
  constexpr std::size_t kib = 1024;
  return {{"stack:16KiB/allocator:mapped", {.source = stack_source::mapped, .stack_bytes = 16 * kib}},
          {"stack:16KiB/allocator:pooled", {.source = stack_source::pooled, .stack_bytes = 16 * kib}},
          {"stack:16KiB/allocator:fixedsize", {.stack_bytes = 16 * kib}},
          {"stack:512KiB/allocator:mapped", {.source = stack_source::mapped, .stack_bytes = 512 * kib}},
          {"stack:default/allocator:fixedsize", {}},
          {"stack:default/allocator:protected", {.source = stack_source::page_guarded}}};
}

namespace {

boost_fiber::options const& usable(boost_fiber::options const& chosen, placement const& where) {
  if (chosen.source == stack_source::pooled && where.workers > 1)
    throw not_supported(
        "Boost's pooled stacks are not thread-safe, and a fiber may end on another worker than it began on");
  return chosen;
}

/// Each unit holds the token while it runs and passes it by yielding: on one worker the ready queue is the ring.
class yield_ring {
 public:
  explicit yield_ring(ring_shape const& shape) : shape_(shape) {}

  ring_outcome run(boost_fiber_parts::fiber_stack& stacks) {
    std::vector<boost::fibers::fiber> units;
    units.reserve(shape_.units);
    first_failure failure;
    failure.guard([&] {
      for (unsigned unit = 0; unit < shape_.units; ++unit)
        units.emplace_back(boost::fibers::launch::post, std::allocator_arg, stacks, [this, unit] { live(unit); });
    });
    for (boost::fibers::fiber& unit : units)
      unit.join();  // each ends after its rounds, whether the ring is whole or not
    failure.rethrow();
    return outcome_;
  }

 private:
  void live(unsigned unit) {
    boost::this_fiber::yield();  // once around untimed: so every fiber has started before unit 0 starts the clock
    if (unit == 0)
      lead();
    else
      follow(unit);
  }

  void lead() {
    std::int64_t const start_ns = runtime::now_ns();
    for (std::uint64_t round = 0; round < shape_.rounds; ++round) {
      pass_on(0);
      boost::this_fiber::yield();
      receive(0);
    }
    outcome_.elapsed_ns = runtime::now_ns() - start_ns;
  }

  void follow(unsigned unit) {
    for (std::uint64_t round = 0; round < shape_.rounds; ++round) {
      if (round > 0) boost::this_fiber::yield();
      receive(unit);
      pass_on(unit);
    }
  }

  void receive(unsigned unit) {
    ++outcome_.switches;
    if (turn_ != unit) ++outcome_.out_of_order;
  }
  void pass_on(unsigned unit) { turn_ = (unit + 1) % shape_.units; }

  ring_shape shape_;
  unsigned turn_ = 0;
  ring_outcome outcome_;
};

}  // namespace

boost_fiber::boost_fiber(options const& chosen, placement const& where)
    : boost_fiber(chosen, where, runtime::waits_over::epoll) {}

boost_fiber::boost_fiber(options const& chosen, placement const& where, runtime::waits_over over)
    : stacks_(usable(chosen, where).source, chosen.stack_bytes), workers_(where, over) {}

// Beside the units, Boost's dispatcher fiber has its turn in every round: it is part of the price.
ring_outcome boost_fiber::run_ring(options const& chosen, placement const& where, ring_shape const& shape) {
  if (shape.by != handover::yield)
    throw not_supported("boost_fiber's units hand over by yield alone, not by " + std::string(to_string(shape.by)));
  ring_outcome outcome;
  first_failure failure;
  std::thread([&] {
    failure.guard([&] {
      runtime::pin_to(where.cpus, 0);
      boost_fiber_parts::fiber_stack stacks(chosen.source, chosen.stack_bytes);
      outcome = yield_ring(shape).run(stacks);
    });
  }).join();
  failure.rethrow();
  return outcome;
}

}  // namespace unitcost::models
