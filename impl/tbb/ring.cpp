// tbb's ring: each unit resumes the next one and suspends itself, all on one worker thread.
#include <tbb/task.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "impl/runtime/clock.hpp"
#include "impl/tbb/await.hpp"
#include "impl/tbb/tbb.hpp"

namespace unitcost::models {

namespace {

/// oneTBB 2021.8 counts an arena's suspended tasks in 12 bits (ref_external_bits, src/tbb/arena.h); with more, the
/// worker takes itself for one too many when it returns to its own stack, and leaves the ring for ever.
constexpr unsigned most_units = 4'000;

class resume_ring {
 public:
  explicit resume_ring(ring_shape const& shape) : shape_(shape), places_(shape.units) {}

  ring_outcome run(::tbb::task_arena& arena) {
    for (unsigned unit = 0; unit < shape_.units; ++unit) arena.enqueue([this, unit] { live(unit); });
    // Nobody has the token yet: parked units stay parked, so no unit of the ring is started inside the timed part.
    tbb_parts::await(parked_, shape_.units);
    ::tbb::task::resume(places_[0]);
    tbb_parts::await(ended_, shape_.units);
    return outcome_;
  }

 private:
  /// A unit's life, on the one worker thread: that is why plain members suffice.
  void live(unsigned unit) {
    ::tbb::task::suspend([this, unit](::tbb::task::suspend_point place) {
      places_[unit] = place;
      parked_.fetch_add(1, std::memory_order_release);
    });
    if (unit == 0)
      lead();
    else
      follow(unit);
    // Release: the last one to end publishes the outcome to the waiting caller.
    ended_.fetch_add(1, std::memory_order_release);
  }

  void lead() {
    std::int64_t const start_ns = runtime::now_ns();
    for (std::uint64_t round = 0; round < shape_.rounds; ++round) {
      hand_over_and_wait(0);
      receive(0);
    }
    outcome_.elapsed_ns = runtime::now_ns() - start_ns;
  }

  void follow(unsigned unit) {
    for (std::uint64_t round = 0; round < shape_.rounds; ++round) {
      receive(unit);
      if (round + 1 < shape_.rounds) hand_over_and_wait(unit);
    }
    if (shape_.rounds > 0) ::tbb::task::resume(pass_to_next(unit));
  }

  void receive(unsigned unit) {
    ++outcome_.switches;
    if (turn_ != unit) ++outcome_.out_of_order;
  }

  ::tbb::task::suspend_point pass_to_next(unsigned unit) {
    turn_ = (unit + 1) % shape_.units;
    return places_[turn_];
  }

  void hand_over_and_wait(unsigned unit) {
    ::tbb::task::suspend([this, unit](::tbb::task::suspend_point place) {
      places_[unit] = place;
      // Queues the next unit; the worker takes it up when this one has left its stack.
      ::tbb::task::resume(pass_to_next(unit));
    });
  }

  ring_shape shape_;
  std::vector<::tbb::task::suspend_point> places_;
  unsigned turn_ = 0;
  ring_outcome outcome_;
  std::atomic<std::uint64_t> parked_{0};
  std::atomic<std::uint64_t> ended_{0};
};

}  // namespace

ring_outcome tbb::run_ring(options const&, placement const& where, ring_shape const& shape) {
  if (shape.by != handover::resume)
    throw not_supported("tbb's units hand over by task::resume alone, not by " + std::string(to_string(shape.by)));
  if (shape.units > most_units)
    throw limit_reached("a ring of " + std::to_string(shape.units) + " suspended tasks exceeds the " +
                        std::to_string(most_units) + " that one oneTBB arena keeps apart; ask for a smaller ring");
  resume_ring ring(shape);
  tbb_parts::worker_pool pool({.workers = 1, .cpus = where.cpus}, tbb_parts::caller::only_waits);
  return ring.run(pool.arena());
}

}  // namespace unitcost::models
