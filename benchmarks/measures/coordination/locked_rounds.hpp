// Rounds of work of which a part is done under a lock, made by units together: what the measure lock runs.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

struct round_plan {
  std::uint64_t rounds = 1;                   ///< of all together: whoever is ready makes the next
  std::uint64_t most_of_a_unit = 1;           ///< of them
  std::uint64_t outside = 0;                  ///< iterations of grain's kernel in a round, before the lock
  std::uint64_t inside = 0;                   ///< … and under it
  std::int64_t patience_ns = 10'000'000'000;  ///< how long a unit waits for the others to come
  std::uint64_t between_turns = 4;            ///< rounds after which a unit that can lets others run: some 40 us
  /// The k-th unit that blocks is bound to cpus[k % size]. In the few milliseconds of a slice the kernel moves nobody
  /// away from where it was woken: without this two threads took turns on one CPU. Empty: where the kernel puts them.
  std::vector<int> cpus = {};
};

/// How units wait for each other before the first round; those that block do so after the last one, too. A unit that
/// has its worker until it ends cannot: the others might never come.
enum class meeting : std::uint8_t { none, by_turns, blocking };

/// What one run of a plan left.
struct rounds_made {
  std::vector<std::uint64_t> of_each;
  std::uint64_t counted = 0;    ///< by the counter that all share under the lock
  std::int64_t elapsed_ns = 0;  ///< from the first unit's begin to the last's end

  std::uint64_t sum() const;
};

/// All but the lock. In shared memory.
///
/// The proof is a counter that is no atomic, read when the lock is had and written when it is given back: of two who
/// are inside at once one overwrites what the other added.
class guarded_work {
 public:
  guarded_work(unsigned units, round_plan const& plan, meeting how);

  /// Whether the unit may begin; otherwise it gives its turn and asks again. Throws std::runtime_error when it has
  /// blocked for longer than the plan's patience.
  bool may_begin(unsigned index);
  /// Takes the next round, if there is one for this unit; otherwise that was its end. Throws as may_begin.
  bool take(unsigned index);
  void work_outside(unsigned index);
  /// Under the lock, from the first to the last of what is done there.
  void enter(unsigned index);
  void leave(unsigned index);

  /// When all units have ended.
  rounds_made made() const;

 private:
  struct alignas(64) unit_rounds {
    std::uint64_t made = 0, counter_seen = 0, work = 1;
    std::int64_t begun_ns = 0, ended_ns = 0;
    bool has_come = false;
  };
  void arrive(runtime::futex_word& arrived);
  bool all_at(runtime::futex_word const& arrived) const;
  void block_until_all_at(runtime::futex_word& arrived);

  round_plan plan_;
  meeting how_;
  runtime::futex_word come_{0}, done_{0};
  alignas(64) std::atomic<std::uint64_t> taken_{0};
  alignas(64) std::uint64_t counter_ = 0;
  runtime::shared_array<unit_rounds> each_;
};

/// By steps of up to `in_a_step` rounds each, under a lock that blocks the worker of who waits, or that finds the unit
/// by itself.
template <class Lock>
class locked_rounds {
 public:
  locked_rounds(unsigned units, round_plan const& plan, meeting how, std::uint64_t in_a_step)
      : work_(units, plan, how), in_a_step_(in_a_step) {}

  pause step(unsigned index) {
    if (!work_.may_begin(index)) return next_turn;
    for (std::uint64_t round = 0; round < in_a_step_; ++round) {
      if (!work_.take(index)) return no_more;
      work_.work_outside(index);
      std::lock_guard const held(lock_);
      work_.enter(index);
      work_.leave(index);
    }
    return next_turn;
  }
  rounds_made made() const { return work_.made(); }

 private:
  guarded_work work_;
  std::uint64_t in_a_step_;
  alignas(64) Lock lock_;
};

}  // namespace unitcost::measures
