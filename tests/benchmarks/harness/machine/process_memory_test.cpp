#include "benchmarks/harness/machine/process_memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

TEST(process_memory, reads_the_reserved_address_space_of_its_own) {
  recorded_machine const machine("v1");
  EXPECT_EQ(own_reserved_bytes(machine.root()), 3908u * 1024);
}

TEST(process_memory, adds_up_several_processes) {
  recorded_machine const machine("v1");
  machine.put("proc/11/status", "Name:\tone\nVmSize:\t    10 kB\n");
  machine.put("proc/12/status", "Name:\ttwo\nVmSize:\t    20 kB\n");
  EXPECT_EQ(reserved_bytes({11, 12}, machine.root()), 30u * 1024);
  EXPECT_EQ(reserved_bytes({}, machine.root()), 0u);
}

TEST(process_memory, does_not_take_an_ended_unit_for_an_empty_one) {
  recorded_machine const machine("v1");
  EXPECT_THAT(complaint_of([&] { reserved_bytes({13}, machine.root()); }), testing::HasSubstr("proc/13/status"));
}

}  // namespace
}  // namespace unitcost::harness
