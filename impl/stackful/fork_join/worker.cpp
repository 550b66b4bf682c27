#include "impl/stackful/fork_join/worker.hpp"

#include <cxxabi.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include "impl/model.hpp"
#include "impl/stackful/fork_join/scheduler.hpp"

namespace unitcost::fibers {

departure* swap_with_exceptions(fiber& self, fiber& next, departure* left) {
  exception_state const own = std::exchange(*self.where->exceptions_, {});
  departure* const arrived_from = swap_stacks(self, next, left);
  *self.where->exceptions_ = own;
  return arrived_from;
}

void worker::work(runtime::chosen_reactor& events) {
  events_ = &events;
  fiber home;
  home.where = this;
  home_ = &home;
  // The ABI's accessor returns the address of this thread's record; the compiler's header leaves the type opaque.
  exceptions_ = reinterpret_cast<exception_state*>(abi::__cxa_get_globals());
  while (fiber* const next = crew_.next_work(*this)) leave_for(home, *next);
}

void worker::check_stack_of(fiber const& left) const { crew_.check_stack_of(left); }

void worker::recycle(fiber& ended) {
  check_stack_of(ended);
  runtime::stack_span const stack = ended.stack;
  bool const is_root = ended.parent == nullptr;
  ended.~fiber();
  if (is_root)
    crew_.root_ended();
  else
    stacks_.give_back(stack);
}

// `settle` pushes onto a deque that has room: thieves only make more, and either one was taken from it or it was empty.
// So it cannot throw where nobody could catch.
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
  worker& here = *self.where;
  fiber& next = waiting != nullptr ? *waiting : self.parent != nullptr ? here.next_ready() : here.next_after_root();
  self.farewell.settle = [](departure& left) { left.who.where->recycle(left.who); };
  swap_stacks(self, next, &self.farewell);
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
