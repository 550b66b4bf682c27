// unitcost_faulty: the product's own program, with faulty cases instead of its measures.
#include "benchmarks/harness/commands/application.hpp"
#include "tests/faulty/fault.hpp"

int main(int count, char** values) {
  return unitcost::harness::run_application({values + 1, values + count}, [](unitcost::harness::registry& all) {
    using namespace unitcost::faulty;
    for (auto const add : {add_ends, add_processes, add_leftovers, add_excesses, add_records, add_models,
                           add_conversations, add_neighbours})
      add(all);
  });
}
