#include "impl/runtime/cpu_confinement.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <system_error>
#include <thread>
#include <vector>

namespace unitcost::runtime {
namespace {

constexpr int no_cpu_of_any_machine = CPU_SETSIZE - 1;

std::vector<int> first_allowed() { return {allowed_cpus().front()}; }

TEST(cpu_confinement, confines_its_thread_and_gives_back_what_was_allowed) {
  std::vector<int> const before = allowed_cpus();
  {
    cpu_confinement const confined(first_allowed());
    EXPECT_EQ(allowed_cpus(), std::vector<int>{before.front()});
  }
  EXPECT_EQ(allowed_cpus(), before);
}

TEST(cpu_confinement, is_inherited_by_threads_started_meanwhile) {
  cpu_confinement const confined(first_allowed());
  std::vector<int> inherited;
  std::thread([&inherited] { inherited = allowed_cpus(); }).join();
  EXPECT_EQ(inherited, first_allowed());
}

TEST(cpu_confinement, confines_nothing_to_an_empty_list) {
  std::vector<int> const before = allowed_cpus();
  cpu_confinement const unconfined({});
  EXPECT_EQ(allowed_cpus(), before);
}

// The kernel accepts such lists: it confines to what is left of them.
TEST(cpu_confinement, refuses_a_list_of_which_one_cpu_is_not_ours_and_changes_nothing) {
  std::vector<int> const before = allowed_cpus();
  for (int const absent : {no_cpu_of_any_machine, CPU_SETSIZE, -1}) {
    EXPECT_THROW(cpu_confinement({before.front(), absent}), std::system_error) << absent;
    EXPECT_THROW(confine_to({before.front(), absent}), std::system_error) << absent;
    EXPECT_EQ(allowed_cpus(), before) << absent;
  }
}

TEST(cpu_confinement, refuses_a_list_of_which_no_cpu_is_ours) {
  EXPECT_THROW(cpu_confinement({no_cpu_of_any_machine}), std::system_error);
}

TEST(cpus_of_workers, are_as_many_of_the_given_as_there_are_workers) {
  EXPECT_EQ(cpus_of_workers({.workers = 2, .cpus = {4, 5, 6}}), (std::vector<int>{4, 5}));
  EXPECT_EQ(cpus_of_workers({.workers = 3, .cpus = {4, 5}}), (std::vector<int>{4, 5}));
  EXPECT_EQ(cpus_of_workers({.workers = 0, .cpus = {4, 5}}), (std::vector<int>{4}));
  EXPECT_TRUE(cpus_of_workers({.workers = 2, .cpus = {}}).empty());
}

}  // namespace
}  // namespace unitcost::runtime
