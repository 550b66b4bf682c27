// A ring of units that the kernel schedules, threads or processes: unit i waits for its baton, then gives the
// next unit's. The same code runs in both, so that the two differ in nothing but what a unit is and
// in whom a futex is shared with.
//
// All that the units share is mapped shared before the crew starts.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/baton.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::runtime {

/// The track that a token runs on: per unit a baton and a count, and what all of them share.
template <class Baton>
class ring_track {
 public:
  explicit ring_track(ring_shape const& ring) : rounds_(ring.rounds), stations_(ring.units) {}

  /// What unit `index` does, from its arrival to its last hand-over. When a unit leaves by an exception, or a second
  /// one comes with an index that is taken, the ring is abandoned: every unit ends and the counts tell. A unit
  /// that never comes is waited for: the supervisor's time limit ends that.
  void run_unit(unsigned index) {
    abandon_unless_completed guard{*this};
    if (index >= stations_.size() || stations_[index].taken.exchange(true)) return;
    arrive();
    guard.completed = index == 0 ? lead() : follow(index);
  }

  /// Only after every unit has ended.
  ring_outcome outcome() const {
    ring_outcome result{.out_of_order = shared_->out_of_order, .elapsed_ns = shared_->elapsed_ns};
    for (station const& each : stations_) result.switches += each.switches;
    return result;
  }

 private:
  /// 64 bytes: a cache line, so that no unit's count travels with another's baton.
  struct alignas(64) station {
    Baton baton;
    std::atomic<std::uint64_t> switches{0};
    std::atomic<bool> taken{false};
  };
  struct alignas(64) shared_state {
    std::atomic<std::uint64_t> tokens_received{0};
    std::atomic<std::uint64_t> out_of_order{0};
    std::atomic<std::int64_t> elapsed_ns{0};
    futex_word attendance{0};  ///< units that have arrived; the highest bit: abandoned
  };
  static constexpr std::uint32_t abandoned_bit = 1u << 31;

  struct abandon_unless_completed {
    ring_track& track;
    bool completed = false;
    ~abandon_unless_completed() {
      if (!completed) track.abandon();
    }
  };

  /// Unit 0: waits until all have arrived, sends the token around and times it. False when abandoned.
  bool lead() {
    for (std::uint32_t seen; (seen = shared_->attendance.load(std::memory_order_acquire)) < stations_.size();)
      futex_wait(shared_->attendance, seen);
    std::int64_t const start_ns = now_ns();
    for (std::uint64_t round = 0; round < rounds_; ++round) {
      give_next(0);
      if (!take_own(0)) return false;
    }
    shared_->elapsed_ns = now_ns() - start_ns;
    return true;
  }

  bool follow(unsigned index) {
    for (std::uint64_t round = 0; round < rounds_; ++round) {
      if (!take_own(index)) return false;
      give_next(index);
    }
    return true;
  }

  void give_next(unsigned index) { stations_[(index + 1) % stations_.size()].baton.give(); }

  /// Waits for the token and counts it; false when the ring was abandoned instead.
  bool take_own(unsigned index) {
    station& own = stations_[index];
    own.baton.take();
    if ((shared_->attendance.load(std::memory_order_relaxed) & abandoned_bit) != 0) return false;
    // Relaxed: in a sound ring the baton orders these; in a faulty one the sum alone has to show it.
    std::uint64_t const earlier = shared_->tokens_received.fetch_add(1, std::memory_order_relaxed);
    if ((earlier + 1) % stations_.size() != index) shared_->out_of_order.fetch_add(1, std::memory_order_relaxed);
    own.switches.store(own.switches.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return true;
  }

  void arrive() {
    // Release: unit 0, which acquires, sees every unit ready to take.
    std::uint32_t const earlier = shared_->attendance.fetch_add(1, std::memory_order_release);
    if (earlier + 1 == stations_.size()) futex_wake(shared_->attendance);
  }

  /// Ends every unit's wait. The bit also makes the attendance look complete, so that unit 0 goes on.
  void abandon() {
    shared_->attendance.fetch_or(abandoned_bit, std::memory_order_release);
    futex_wake(shared_->attendance);
    // The baton given after the bit: a taker that it wakes sees the bit.
    for (station& each : stations_) each.baton.give();
  }

  std::uint64_t rounds_;
  shared_array<station> stations_;
  shared_object<shared_state> shared_;
};

/// Runs a ring whose units hand over by `Baton`; see kernel_ring.
template <class Baton, class Crew>
ring_outcome kernel_ring_by(ring_shape const& ring, Crew&& crew) {
  ring_track<Baton> track(ring);
  crew(ring.units, [&track](unsigned index) { track.run_unit(index); });
  return track.outcome();
}

/// The hand-overs that kernel_ring can do.
inline std::vector<handover> kernel_handovers() {
  return {handover::futex, handover::condition_variable, handover::pipe, handover::eventfd};
}

/// Runs a ring to its end. `crew(units, body)` runs `body(unsigned index)` once for each index below `units`, all
/// alive at once, in units that it places itself, and returns when all have ended. A crew that cannot start all of
/// its units has to end those it did start and throws. Throws not_supported for hand-overs that are not the
/// kernel's, limit_reached when descriptors run out.
///
/// `between`: what the units are; each kind gets the primitives that its programs use.
///
/// Timed: on unit 0, from before its first hand-over to after the token's last return; all units have arrived before.
template <class Crew>
ring_outcome kernel_ring(ring_shape const& ring, sharing between, Crew&& crew) {
  if (ring.units == 0) throw not_supported("a ring needs at least one unit");
  bool const of_threads = between == sharing::threads;
  switch (ring.by) {
    case handover::futex:
      return of_threads ? kernel_ring_by<thread_futex_baton>(ring, crew) : kernel_ring_by<futex_baton>(ring, crew);
    case handover::condition_variable:
      return of_threads ? kernel_ring_by<thread_condition_variable_baton>(ring, crew)
                        : kernel_ring_by<condition_variable_baton>(ring, crew);
    case handover::pipe:
      return kernel_ring_by<pipe_baton>(ring, crew);
    case handover::eventfd:
      return kernel_ring_by<eventfd_baton>(ring, crew);
    case handover::yield:
    case handover::transfer:
    case handover::resume:
    case handover::bare:
    case handover::bare_inline:
      break;
  }
  throw not_supported("units that the kernel schedules cannot hand over by " + std::string(to_string(ring.by)));
}

}  // namespace unitcost::runtime
