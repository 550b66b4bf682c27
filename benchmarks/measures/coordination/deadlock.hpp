// deadlock: can two units that take two locks in opposite order hang, and how soon is it found and ended from outside?
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/coordination/lock_cycle.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/futex.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info deadlock_info{
    .name = "deadlock",
    .question = "Can two units that take two locks in opposite order hang, and how soon is that found and ended?",
    .from = "the last unit of the cycle begins to wait",
    .to = "the watchdog has named the cycle (found); it has killed and reaped the process of the units (ended)",
    .unit = "1 or 0; ns",
    .method =
        "two units of a forked process take both locks, and give them back, 10 times; each waits with its first until "
        "the other has its own, where both can be under way at once; tasks on two workers for 20 ms at most. Locks say "
        "in shared memory who holds them, and units what they wait for; the watchdog, the process that forked, looks "
        "every millisecond and believes a cycle that it sees twice. A unit that the kernel schedules sleeps until a "
        "lock is free, any other asks again at each of its turns. With order:same nobody may hang: that would end the "
        "case as deadlocked",
    .source = "the locks' own account; CLOCK_MONOTONIC",
    .file = "benchmarks/measures/coordination/deadlock.cpp",
    .timed = false};

enum class lock_order : std::uint8_t { opposite, same };

/// Two units and two locks that say who holds and who waits. In shared memory, watched from outside.
class watched_locks {
 public:
  static constexpr unsigned units = 2, rounds = 10;

  struct habits {
    lock_order order;
    bool blocks;              ///< a unit may block its thread until a lock is free
    std::int64_t company_ns;  ///< how long one waits with its first lock for the other to take its own
  };
  explicit watched_locks(habits how) : how_(how) {}

  pause step(unsigned index);

  lock_snapshot snapshot() const;
  /// When the last of the units that wait now began to.
  std::int64_t last_began_waiting_ns() const;
  std::uint64_t rounds_made() const;

 private:
  enum class stage : std::uint8_t { nothing_held, first_held, first_awaited };
  struct alignas(64) unit_state {
    std::atomic<unsigned> awaits{nobody};
    std::atomic<std::int64_t> since_ns{0};
    std::atomic<unsigned> rounds{0};
    stage where = stage::nothing_held;
    std::int64_t first_held_ns = 0;
  };

  unsigned lock_of(unsigned index, unsigned place) const;
  /// False: to be asked again at the unit's next turn.
  bool take(unsigned lock, unsigned index);
  void give_back(unsigned lock);
  bool waits_for_company(unsigned index) const;

  habits how_;
  std::array<runtime::futex_word, 2> holder_{};  ///< index + 1 of the unit; 0: free
  std::array<unit_state, units> each_;
};

/// What the watchdog saw.
struct watched_end {
  std::vector<cycle_link> cycle;  ///< empty: they came to their end
  std::int64_t found_ns = 0;      ///< after the last of the cycle began to wait
  std::int64_t ended_ns = 0;      ///< the same, when all were reaped
};

/// Runs the units in a victim until their end, or until they are seen to wait for each other. Throws
/// std::runtime_error when neither comes within `patience_ns`, or when the victim died by itself.
watched_end watch_units(unit_kind const& kind, placement const& where, watched_locks& locks, std::int64_t patience_ns);

/// Proves that units which did not hang made all of their rounds. Throws units_deadlocked when those with locks in the
/// same order hung.
void report_deadlock(lock_order order, watched_end const& end, std::uint64_t rounds_made, harness::measurement& given);
void measure_deadlock(unit_kind const& kind, unsigned workers, lock_order order, harness::measurement& given);

}  // namespace unitcost::measures
