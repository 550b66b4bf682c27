#include "impl/boost_fiber/reacting_round_robin.hpp"

#include <boost/fiber/context.hpp>

#include "impl/model.hpp"

namespace unitcost::models::boost_fiber_parts {

namespace {

// Of this thread. Boost destroys it with the thread, or when another one takes its place.
thread_local reacting_round_robin* here = nullptr;

}  // namespace

reacting_round_robin::reacting_round_robin(runtime::waits_over over) : events_(over) { here = this; }

reacting_round_robin::~reacting_round_robin() {
  if (here == this) here = nullptr;  // one that takes its place is made before
}

void reacting_round_robin::suspend_until(std::chrono::steady_clock::time_point const& until) noexcept {
  if (!events_.has_waiting()) {
    events_.let_go();
    return round_robin::suspend_until(until);
  }
  // steady_clock is CLOCK_MONOTONIC, and its last time point is timers::never_ns.
  events_.wait(std::chrono::nanoseconds(until.time_since_epoch()).count());
  make_completed_ready();
}

void reacting_round_robin::make_completed_ready() {
  while (runtime::waiting* const completed = events_.take_completed())
    boost::fibers::context::active()->schedule(static_cast<boost::fibers::context*>(completed->unit));
}

runtime::transferred reacting_round_robin::transfer_some(runtime::stream& on, runtime::transfer what) {
  if (here == nullptr) throw not_supported("boost_fiber's units wait for descriptors on one worker only");
  boost::fibers::context* const self = boost::fibers::context::active();
  what.unit = self;
  if (!here->events_.start(on, what)) self->suspend();
  return what.result;
}

void reacting_round_robin::let_go() {
  if (here != nullptr) here->events_.let_go();
}

}  // namespace unitcost::models::boost_fiber_parts
