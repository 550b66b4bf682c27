#include "impl/stackless/stackless.hpp"

#include <future>
#include <string>

#include "impl/runtime/pinning.hpp"
#include "impl/stackless/ring.hpp"

namespace unitcost::models {

ring_outcome stackless::run_ring(options const&, placement const& where, ring_shape const& shape) {
  if (shape.by != handover::yield && shape.by != handover::transfer)
    throw not_supported("coroutines hand over by yield or transfer, not by " + std::string(to_string(shape.by)));
  std::future<ring_outcome> outcome = std::async(std::launch::async, [&] {
    runtime::pin_to(where.cpus, 0);
    if (shape.by == handover::yield) return stackless_runtime::ring<handover::yield>(shape).run();
    return stackless_runtime::ring<handover::transfer>(shape).run();
  });
  return outcome.get();
}

}  // namespace unitcost::models
