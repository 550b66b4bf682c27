#include "benchmarks/harness/commands/application.hpp"
#include "benchmarks/measures/all.hpp"

int main(int count, char** values) {
  return unitcost::harness::run_application({values + 1, values + count}, unitcost::measures::add_every_measure);
}
