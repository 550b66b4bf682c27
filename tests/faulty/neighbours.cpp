// Cases without a fault, so that a test sees whether the others spoil them.
#include <chrono>
#include <string>
#include <thread>

#include "tests/faulty/fault.hpp"

namespace unitcost::faulty {
namespace {

constexpr harness::measure_info neighbour_info{.name = "neighbour",
                                               .question = "Does it end ok beside faulty cases?",
                                               .from = "the case begins",
                                               .to = "the case ends",
                                               .unit = "none",
                                               .method = "nothing is measured",
                                               .source = "none",
                                               .file = "tests/faulty/neighbours.cpp",
                                               .timed = false};

void wait_a_little(harness::measurement&) { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

}  // namespace

void add_neighbours(harness::registry& all) {
  for (int number = 1; number <= 4; ++number) {
    harness::benchmark_case one;
    one.measure = &neighbour_info;
    one.model = "sound";
    one.workload = "idle";
    one.label = "number:" + std::to_string(number);
    one.model_file = neighbour_info.file;
    one.least = harness::profile::quick;
    one.run = wait_a_little;
    all.add(one);
  }
}

}  // namespace unitcost::faulty
