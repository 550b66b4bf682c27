// How many threads an elastic crew should have: the decision alone, without threads and with the time as a value.
#pragma once

#include <cstdint>
#include <optional>

namespace unitcost::pools {

/// Bounds and tempo of a crew. The defaults suit tasks of a millisecond or so that mostly wait: a thread is started
/// when a task has waited about as long as the start of a thread takes several times over, and kept through pauses that
/// a person would not notice.
struct size_limits {
  unsigned least = 1;  ///< one at least
  unsigned most = 16;  ///< no less than the least
  /// How long the oldest task waits before one more thread is started; and the time between one start and the next.
  std::int64_t grow_delay_ns = 1'000'000;
  std::int64_t idle_time_out_ns = 100'000'000;  ///< how long a thread without tasks lives on
};

/// What a crew looks like at one moment.
struct crew_state {
  unsigned threads = 0;  ///< alive, starting ones included
  unsigned idle = 0;     ///< of them, those that wait for a task or have yet to look for their first
  unsigned blocked = 0;  ///< of them, those whose task said that it blocks
  std::optional<std::int64_t> waiting_since_ns{};  ///< when the oldest task that waits was given; nothing: none waits
  std::int64_t last_start_ns = 0;
};

/// When one more thread is due, which may be past; nothing: not before the state changes. A thread that is idle will
/// take what waits; one that is blocked makes room for another at once as long as fewer than the least can run, so that
/// the CPUs stay busy; beyond that who waits must have waited for the delay.
constexpr std::optional<std::int64_t> next_start_ns(size_limits const& limits, crew_state const& now) {
  if (!now.waiting_since_ns || now.idle > 0 || now.threads >= limits.most) return std::nullopt;
  if (now.threads - now.blocked < limits.least) return *now.waiting_since_ns;
  std::int64_t const last_ns = *now.waiting_since_ns > now.last_start_ns ? *now.waiting_since_ns : now.last_start_ns;
  return last_ns + limits.grow_delay_ns;
}

/// Whether a thread that has been idle until its time-out may end.
constexpr bool may_retire(size_limits const& limits, crew_state const& now) {
  return now.threads - now.blocked > limits.least;
}

}  // namespace unitcost::pools
