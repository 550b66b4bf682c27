// A fiber that its starter, another one, holds.
//
// A daemon that is still there when the root ends is dropped where it is suspended: it never goes on and is not
// unwound, so what it owns beside its stack is lost, as with a daemon thread whose process ends.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string_view>
#include <utility>

#include "impl/model.hpp"
#include "impl/stackful/fork_join/fiber.hpp"
#include "impl/stackful/fork_join/worker.hpp"
#include "impl/stackful/waiting/held_fibers.hpp"

namespace unitcost::fibers {

/// For the fiber that started it, and ends after it.
class held_fiber {
 public:
  held_fiber(fiber& starter, std::shared_ptr<held_state> state) : starter_(&starter), state_(std::move(state)) {}
  held_fiber(held_fiber&&) noexcept = default;
  held_fiber& operator=(held_fiber&& other) noexcept {
    std::swap(starter_, other.starter_);
    std::swap(state_, other.state_);
    return *this;
  }
  ~held_fiber() {
    if (state_ && !state_->as.daemon) wait_for_end();
  }

  /// Throws what made the run fail.
  void join();
  /// The others run meanwhile. One that neither waits nor gives its turn away keeps its joiner waiting beyond the time.
  bool join_within(std::int64_t limit_ns);
  bool alive() const { return state_->who != nullptr; }
  std::string_view name() const { return state_->as.name; }
  bool daemon() const { return state_->as.daemon; }

 private:
  void wait_for_end();

  fiber* starter_;
  std::shared_ptr<held_state> state_;  // null: moved from
};

static_assert(unit_handle<held_fiber>);

/// By a held fiber of `here`, when its body has been left.
void held_ended(worker& here, held_state& ended);

/// Makes and queues a fiber on the starter's worker, which is alone. `body(fiber&)` as in worker::create.
template <class Body>
held_fiber start_held(fiber& starter, started_as const& as, Body body) {
  worker& here = *starter.where;
  auto const state = std::make_shared<held_state>(as);
  std::list<std::shared_ptr<held_state>> listed{state};
  here.ready().reserve_one();
  fiber& unit = here.create(here.held().parent(), [of = state.get(), body = std::move(body)](fiber& self) mutable {
    struct telling_of_the_end {
      ~telling_of_the_end() { held_ended(*self.where, of); }
      fiber& self;
      held_state& of;
    } const however_it_ends{self, *of};
    body(self);
  });
  here.held().add(unit, listed);
  here.make_ready(unit);
  return {starter, state};
}

}  // namespace unitcost::fibers
