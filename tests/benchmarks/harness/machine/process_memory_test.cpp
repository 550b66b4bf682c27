#include "benchmarks/harness/machine/process_memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <latch>
#include <thread>
#include <vector>

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

/// 20 is the program; 21 its child with two threads, 22 a grandchild, and 30 somebody else's.
void put_family(recorded_machine const& machine) {
  machine.put("proc/20/status", "Name:\tprogram\nPPid:\t7\nVmSize:\t    10 kB\nThreads:\t1\n");
  machine.put("proc/21/status", "Name:\tchild\nPPid:\t20\nVmSize:\t    20 kB\nThreads:\t2\n");
  machine.put("proc/22/status", "Name:\tgrandchild\nPPid:\t21\nVmSize:\t    40 kB\nThreads:\t1\n");
  machine.put("proc/30/status", "Name:\tother\nPPid:\t7\nVmSize:\t    80 kB\nThreads:\t9\n");
}

TEST(process_family, is_a_process_with_all_that_descend_from_it) {
  recorded_machine const machine("v1");
  put_family(machine);
  auto const found = family_of(20, machine.root());
  EXPECT_EQ(found.processes, 3u);
  EXPECT_EQ(found.threads, 4u);
  EXPECT_EQ(found.reserved_bytes, 70u * 1024);
}

TEST(process_family, has_its_members_by_their_ids) {
  recorded_machine const machine("v1");
  put_family(machine);
  EXPECT_EQ(members_of_family(20, machine.root()).front(), 20);
  EXPECT_EQ(members_of_family(20, machine.root()).size(), family_of(20, machine.root()).processes);
  EXPECT_TRUE(members_of_family(999'999, machine.root()).empty());
}

TEST(process_family, does_not_count_a_zombie) {
  recorded_machine const machine("v1");
  put_family(machine);
  machine.put("proc/23/status", "Name:\tended\nState:\tZ (zombie)\nPPid:\t22\nThreads:\t1\n");
  EXPECT_EQ(family_of(20, machine.root()).processes, 3u);
  EXPECT_EQ(family_of(20, machine.root()).threads, 4u);
}

TEST(process_family, of_nobody_is_empty_and_a_circle_of_parents_ends) {
  recorded_machine const machine("v1");
  put_family(machine);
  machine.put("proc/41/status", "PPid:\t42\nThreads:\t1\n");
  machine.put("proc/42/status", "PPid:\t41\nThreads:\t1\n");
  EXPECT_EQ(family_of(19, machine.root()).processes, 0u);
  EXPECT_EQ(family_of(20, machine.root()).processes, 3u);
}

TEST(process_family, of_this_process_counts_its_own_threads) {
  std::uint64_t const reserved_bytes_before = own_reserved_bytes();
  std::latch let_go(1);
  std::vector<std::jthread> held;
  for (int thread = 0; thread < 3; ++thread) held.emplace_back([&] { let_go.wait(); });
  auto const holding = family_of(::getpid());
  let_go.count_down();
  EXPECT_GE(holding.processes, 1u);
  EXPECT_GE(holding.threads, holding.processes + 3);  // those of earlier tests may still be on their way out
  EXPECT_GE(holding.reserved_bytes, reserved_bytes_before / 2);
}

}  // namespace
}  // namespace unitcost::harness
