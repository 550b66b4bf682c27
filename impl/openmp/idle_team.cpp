#include "impl/openmp/idle_team.hpp"

#include <algorithm>
#include <string>

#include "impl/runtime/posix_thread.hpp"
#include "impl/runtime/touch.hpp"

namespace unitcost::models::openmp_parts {

namespace {

/// libomp gives its threads so much, whatever RLIMIT_STACK says (KMP_DEFAULT_STKSIZE); libgomp's have the system's.
constexpr std::size_t least_default_stack_bytes = std::size_t{4} << 20;

}  // namespace

std::uint64_t idle_team::most() { return runtime::thread_limit() / 4 * 3; }

idle_team::idle_team(unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
    : arrivals_(arrivals), limit_(std::min(limit, most())), touch_bytes_(touch_bytes) {
  runtime::require_stack_for(touch_bytes, 0);
  runtime::require_stack_for(touch_bytes, least_default_stack_bytes);
}

void idle_team::grow_to(std::uint64_t count) {
  std::uint64_t const within = std::min(count, limit_);
  if (within > alive_) {
    on_each_thread(static_cast<unsigned>(within) + 1, [this](unsigned thread) {
      if (thread <= alive_) return;
      runtime::touch_own_stack(touch_bytes_);
      arrivals_.arrive(thread - 1);
    });
    alive_ = within;
  }
  if (count > within)
    throw limit_reached("openmp keeps at most " + std::to_string(within) + " threads here, " + std::to_string(count) +
                        " were asked for: beyond the machine's limits its runtime would end the process");
}

void idle_team::release() {
  kept_threads::end();
  alive_ = 0;
}

}  // namespace unitcost::models::openmp_parts
