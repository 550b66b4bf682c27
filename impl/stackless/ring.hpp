// A ring of coroutines that hand a token around on one thread: the subject of switch.
#pragma once

#include <cstdint>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/stackless/waiting/owned_coroutines.hpp"
#include "impl/stackless/waiting/turn_awaitables.hpp"
#include "impl/stackless/waiting/waiting_unit.hpp"

namespace unitcost::stackless_runtime {

template <handover By>
class ring {
 public:
  explicit ring(ring_shape const& shape) : rounds_(shape.rounds), owned_(shape.units) {
    entries_.reserve(shape.units);
    for (unsigned index = 0; index < shape.units; ++index)
      entries_.push_back({owned_.own(member(*this, index).handle()), nullptr});
  }

  /// On the calling thread.
  ring_outcome run() {
    // By yield all are ready from the start, in their order; by transfer those not yet named wait to be started.
    for (unsigned index = 1; index < entries_.size(); ++index) ready_.push(entries_[index]);
    for (waiter& each : entries_) drive(each.coroutine);  // the first runs the rounds, the others then only end
    return outcome_;
  }

 private:
  static waiting_unit member(ring& in, unsigned index) {
    std::int64_t const start_ns = runtime::now_ns();
    for (std::uint64_t round = 0; round < in.rounds_; ++round) {
      if (index != 0) in.receive(index);
      co_await in.hand_over_from(index);
      if (index == 0) in.receive(index);
    }
    if (index == 0) in.outcome_.elapsed_ns = runtime::now_ns() - start_ns;
  }

  auto hand_over_from(unsigned index) {
    if constexpr (By == handover::yield)
      return yield_awaitable(ready_);
    else
      return transfer_awaitable{entries_[after(index)].coroutine};
  }
  unsigned after(unsigned index) const { return index + 1 < entries_.size() ? index + 1 : 0; }

  void receive(unsigned index) {
    ++outcome_.switches;
    outcome_.out_of_order += after(last_) != index;
    last_ = index;
  }

  std::uint64_t rounds_;
  owned_coroutines owned_;
  std::vector<waiter> entries_;  // all units; where each waits before its first turn
  waiter_list ready_;
  unsigned last_ = 0;  // who held the token last
  ring_outcome outcome_;
};

}  // namespace unitcost::stackless_runtime
