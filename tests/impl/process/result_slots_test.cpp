#include "impl/process/result_slots.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <set>
#include <vector>

#include "impl/runtime/shared_region.hpp"

namespace unitcost::processes {
namespace {

TEST(result_slots, give_each_slot_to_one_owner_until_it_is_released) {
  result_slots slots(3);
  std::set<result_slot*> const owned{slots.allocate(), slots.allocate(), slots.allocate()};
  EXPECT_EQ(owned.size(), 3u);
  EXPECT_EQ(slots.allocate(), nullptr);
  slots.release(*owned.begin());
  EXPECT_EQ(slots.allocate(), *owned.begin());
  EXPECT_EQ(slots.allocate(), nullptr);
}

TEST(result_slots, give_a_used_slot_out_as_pending) {
  result_slots slots(1);
  result_slot* const slot = slots.allocate();
  slot->put(1);
  EXPECT_TRUE(slot->is_done());
  slots.release(slot);
  EXPECT_FALSE(slots.allocate()->is_done());
}

TEST(result_slots, carry_a_value_from_a_child) {
  result_slots slots(1);
  result_slot* const slot = slots.allocate();
  pid_t const child = ::fork();
  if (child == 0) {
    slot->put(std::uint64_t{4711});
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(slot->is_done());
  std::uint64_t value = 0;
  slot->copy_to(&value, sizeof value);
  EXPECT_EQ(value, 4711u);
}

TEST(result_slots, never_have_two_owners_when_processes_allocate_at_once) {
  constexpr int processes = 4, rounds = 2000;
  result_slots slots(processes);
  runtime::shared_object<std::atomic<int>> clashes(0);
  std::vector<pid_t> children;
  for (int process = 0; process < processes; ++process) {
    pid_t const child = ::fork();
    if (child == 0) {
      for (int round = 0; round < rounds; ++round) {
        result_slot* const slot = slots.allocate();
        if (slot == nullptr) ::_exit(1);
        slot->put(process);
        int owner = -1;
        slot->copy_to(&owner, sizeof owner);
        if (owner != process) ++*clashes;
        slots.release(slot);
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << "a process found no free slot";
  }
  EXPECT_EQ(*clashes, 0);
}

TEST(result_slot, says_whether_a_joiner_has_to_be_woken) {
  result_slots slots(2);
  EXPECT_FALSE(slots.allocate()->put(0));
  result_slot* const slot = slots.allocate();
  EXPECT_TRUE(slot->announce_wait());
  EXPECT_TRUE(slot->announce_wait()) << "again, after a spurious wake-up";
  EXPECT_TRUE(slot->put(0));
}

TEST(result_slot, refuses_a_wait_for_what_is_there_already) {
  result_slots slots(1);
  result_slot* const slot = slots.allocate();
  slot->put(0);
  EXPECT_FALSE(slot->announce_wait());
}

}  // namespace
}  // namespace unitcost::processes
