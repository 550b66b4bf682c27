#include "benchmarks/measures/units/switch.hpp"

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/contenders/contender_switch.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

void add_switch(harness::registry& all) {
  add_contender_switch(all);
  for_each_model(all_models{}, [&]<class Model>() { add_switch_cases<Model>(all); });
}

}  // namespace unitcost::measures
