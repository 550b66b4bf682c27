#include "benchmarks/measures/interpreter/interpreted_units.hpp"

#include <algorithm>

namespace unitcost::measures {

pause interpreted_steps::step(unsigned index) {
  bool& holds = holds_[index].now;
  if (!holds) lock_.acquire();
  pause after = no_more;
  try {
    after = each_.step(each_.shared, index);
  } catch (...) {
    lock_.release();  // or all others would wait for ever
    throw;
  }
  holds = after == next_turn;
  if (holds)
    lock_.let_go_if_asked();
  else
    lock_.release();
  return after;
}

unit_kind const* threads_to_interpret() {
  auto const found = std::ranges::find(unit_kinds(), "std_thread", &unit_kind::model);
  return found == unit_kinds().end() ? nullptr : &*found;
}

namespace {

void run_interpreted(placement const& where, unsigned units, unit_steps const& each) {
  interpreted_steps steps(each, units);
  threads_to_interpret()->run(where, units, steps_of(steps));
}

}  // namespace

unit_kind const& interpreted_threads() {
  static unit_kind const kind = [] {
    unit_kind made = *threads_to_interpret();
    made.model = "gil";
    made.abilities.preemptive = false;
    made.run = run_interpreted;
    return made;
  }();
  return kind;
}

}  // namespace unitcost::measures
