#include "impl/stackful/worker.hpp"

#include <cxxabi.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "impl/model.hpp"
#include "impl/stackful/scheduler.hpp"

namespace unitcost::fibers {

departure& swap_stacks(fiber& self, fiber& next, departure& left) {
  worker& here = *self.where;
  next.where = &here;
  self.exceptions = *here.exceptions_;
  *here.exceptions_ = next.exceptions;
  if (&left == &self.farewell)
    self.sanitizer.leave_for_ever(next.sanitizer);
  else
    self.sanitizer.leave_for(next.sanitizer);
  return *static_cast<departure*>(unitcost_switch_context(&self.stack_pointer, next.stack_pointer, &left));
}

void worker::work() {
  fiber home;
  home.where = this;
  home_ = &home;
  // The ABI's accessor returns the address of this thread's record; the compiler's header leaves the type opaque.
  exceptions_ = reinterpret_cast<exception_state*>(abi::__cxa_get_globals());
  while (fiber* const next = crew_.next_work(*this)) leave_for(home, *next, [](worker&, fiber&) {});
}

void worker::recycle(fiber& ended) {
  runtime::stack_span const stack = ended.stack;
  bool const is_root = ended.parent == nullptr;
  ended.~fiber();
  if (is_root)
    crew_.root_ended();
  else
    stacks_.give_back(stack);
}

// In yield, run_first and join_counter::wait, `settle` pushes onto a deque that has room: one was taken from it,
// reserved, or it was empty; and thieves only make more room. So it cannot throw where nobody could catch.

void yield(fiber& self) {
  self.where->share_ready();
  fiber* const oldest = self.where->ready().steal();
  if (oldest != nullptr) leave_for(self, *oldest, [](worker& here, fiber& left) { here.make_ready(left); });
}

void transfer(fiber& self, fiber& next) {
  if (&self != &next) leave_for(self, next, [](worker&, fiber&) {});
}

void run_first(fiber& self, fiber& next) {
  self.where->ready().reserve_one();
  leave_for(self, next, [](worker& here, fiber& left) { here.make_ready(left); });
}

void join_counter::wait(fiber& self) {
  if (children_.have_all_arrived()) return;
  parent_ = &self;
  suspend(self, [this](worker& here, fiber& parent) {
    if (children_.parent_arrives()) here.make_ready(parent);
  });
  children_.reset();
}

void end(fiber& self) {
  fiber* const waiting = self.parent != nullptr ? self.parent->child_ended() : nullptr;
  fiber& next = waiting != nullptr ? *waiting : self.where->next_ready();
  self.farewell.settle = [](departure& left) { left.who.where->recycle(left.who); };
  swap_stacks(self, next, self.farewell);
}

void report_escaped_exception(fiber& self) {
  try {
    throw;
  } catch (limit_reached const&) {
    self.where->crew().fail(std::current_exception());
  } catch (std::bad_alloc const&) {
    self.where->crew().fail(std::current_exception());
  } catch (std::exception const& escaped) {
    std::fprintf(stderr, "stackful: an exception left a unit: %s; catch it inside the unit\n", escaped.what());
    std::abort();
  } catch (...) {
    std::fputs("stackful: an exception of unknown type left a unit; catch it inside the unit\n", stderr);
    std::abort();
  }
}

}  // namespace unitcost::fibers
