// primitives: what units can do with each other beside forking and joining. Each workload of it is a page of its own.
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/units/awaiting_side.hpp"
#include "benchmarks/measures/units/order.hpp"
#include "benchmarks/measures/units/session.hpp"
#include "benchmarks/measures/units/state.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

void add_primitives(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (why_no_graph<Model>().empty() && why_none_together<Model>().empty()) {
      add_order_cases<Model>(all);
      add_state_cases<Model>(all);
      add_session_cases<Model>(all);
    }
  });
  add_awaiting_side_cases(all);
}

}  // namespace unitcost::measures
