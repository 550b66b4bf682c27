#include "benchmarks/harness/machine/memory_account.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "benchmarks/harness/machine/scoped_cgroup.hpp"
#include "impl/runtime/touch.hpp"
#include "tests/benchmarks/harness/machine/recorded_machine.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(memory_account, adds_up_the_exact_v1_counters_and_leaves_the_batched_one) {
  recorded_machine const machine("v1");
  auto const account = memory_account::choose(machine.root());
  auto const reading = account.read();
  EXPECT_EQ(reading.user_bytes, 1'732'608u + 487'424u);
  EXPECT_EQ(reading.kernel_bytes, 1'392'640u);
  EXPECT_EQ(reading.total_bytes, reading.user_bytes + reading.kernel_bytes);
  EXPECT_THAT(account.source(), AllOf(HasSubstr("cgroup-v1"), HasSubstr("memory.kmem.usage_in_bytes")));
  EXPECT_TRUE(account.only_ours());
}

TEST(memory_account, reads_v2_with_socket_buffers_apart) {
  recorded_machine const machine("v2");
  auto const account = memory_account::choose(machine.root());
  auto const reading = account.read();
  EXPECT_EQ(reading.user_bytes, 1'732'608u + 487'424u);
  EXPECT_EQ(reading.kernel_bytes, 1'392'640u);
  EXPECT_EQ(reading.socket_bytes, 8'192u);
  EXPECT_EQ(reading.total_bytes, reading.user_bytes + reading.kernel_bytes + reading.socket_bytes);
  EXPECT_TRUE(account.counts_socket_buffers());
}

TEST(memory_account, counts_v1_s_socket_buffers_where_the_kernel_was_asked_to) {
  recorded_machine const machine("v1");
  std::string const group = "sys/fs/cgroup/memory/suite/unitcost-4241-1/";
  machine.put(group + "memory.kmem.tcp.limit_in_bytes", "9223372036854771712\n");
  machine.put(group + "memory.kmem.tcp.usage_in_bytes", "4096\n");
  EXPECT_FALSE(memory_account::choose(machine.root()).counts_socket_buffers());
  EXPECT_EQ(memory_account::choose(machine.root()).read().socket_bytes, 0u);
  machine.put(group + "memory.kmem.tcp.limit_in_bytes", "1099511627776\n");
  auto const account = memory_account::choose(machine.root());
  EXPECT_TRUE(account.counts_socket_buffers());
  EXPECT_EQ(account.read().socket_bytes, 4096u);
}

TEST(memory_account, leaves_out_what_a_group_beneath_takes) {
  recorded_machine const machine("v1");
  auto const all = memory_account::choose(machine.root());
  auto const none = memory_account::difference(all, all).read();
  EXPECT_EQ(none.user_bytes + none.kernel_bytes + none.socket_bytes + none.total_bytes, 0u);
}

TEST(memory_account, adds_up_the_parts_where_v2_has_no_sum_of_kernel_memory) {
  recorded_machine const machine("v2");
  machine.put("sys/fs/cgroup/user.slice/suite.scope/unitcost-4241-1/memory.stat",
              "anon 4096\nfile 8192\nkernel_stack 16384\npagetables 4096\npercpu 100\nsock 0\nslab 1000\n");
  EXPECT_EQ(memory_account::choose(machine.root()).read().kernel_bytes, 16'384u + 4'096u + 100u + 1'000u);
}

TEST(memory_account, falls_back_to_the_machine_outside_of_a_group_of_ours) {
  recorded_machine const machine("v1");
  machine.put("proc/self/cgroup", "8:pids:/suite\n4:memory:/suite\n2:cpuacct:/suite\n");
  auto const account = memory_account::choose(machine.root());
  auto const reading = account.read();
  constexpr std::uint64_t kib = 1024, lists_pages = 450, swapped = 24 * kib;
  EXPECT_EQ(reading.total_bytes,
            (24684096 - 24396612 - 864 - 122504 - (54916 - 8788)) * kib - lists_pages * runtime::page_bytes + swapped);
  EXPECT_EQ(reading.user_bytes, (21644 + 8788) * kib);
  EXPECT_EQ(reading.kernel_bytes, (1504 + 2500 + 24996 + 688) * kib);
  EXPECT_FALSE(account.only_ours());
  EXPECT_THAT(account.source(), AllOf(HasSubstr("machine-wide"), HasSubstr("includes what others did")));
}

TEST(memory_account, names_the_file_that_lacks_a_counter) {
  recorded_machine const machine("v1");
  machine.put("sys/fs/cgroup/memory/suite/unitcost-4241-1/memory.stat", "cache 1\n");
  EXPECT_THAT(complaint_of([&] { memory_account::choose(machine.root()).read(); }),
              AllOf(HasSubstr("memory.stat"), HasSubstr("total_rss")));
  machine.remove("sys/fs/cgroup/memory/suite/unitcost-4241-1/memory.kmem.usage_in_bytes");
  EXPECT_THAT(complaint_of([&] { memory_account::choose(machine.root()); }), HasSubstr("nokmem"));
}

TEST(memory_account, refuses_a_machine_whose_counters_make_no_sense) {
  recorded_machine const machine("v1");
  machine.put("proc/zoneinfo", "Node 0, zone DMA\n  pagesets\n    cpu: 0\n");
  EXPECT_THAT(complaint_of([&] { memory_account::of_the_machine(machine.root()); }), HasSubstr("proc/zoneinfo"));
  machine.put("proc/zoneinfo", "    cpu: 0\n   count: some\n");
  EXPECT_THAT(complaint_of([&] { memory_account::of_the_machine(machine.root()); }), HasSubstr("count: some"));
  machine.put("proc/meminfo", "MemTotal: 1 kB\n");
  EXPECT_THAT(complaint_of([&] { memory_account::of_the_machine(machine.root()); }), HasSubstr("proc/zoneinfo"));
}

/// In a child that joined the group: 0 when each touched batch of pages moved the user's column by exactly its size.
int touch_and_compare(cgroup const& group) {
  if (group.join_self() != 0) return 1;
  auto const account = memory_account::choose();
  constexpr std::size_t batch = 16 * runtime::page_bytes, batches = 16;
  void* const memory = ::mmap(nullptr, batches * batch, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ::madvise(memory, batches * batch, MADV_NOHUGEPAGE);
  account.read();  // what a first reading allocates is part of none
  auto before = account.read();
  for (std::size_t index = 0; index < batches; ++index) {
    runtime::touch_pages(static_cast<std::byte*>(memory) + index * batch, batch);
    auto const after = account.read();
    std::uint64_t const moved = after.user_bytes - before.user_bytes;
    if (moved > batch * 102 / 100 || moved < batch * 98 / 100) return 2;
    before = after;
  }
  return 0;
}

TEST(memory_account, moves_by_the_pages_touched_within_two_percent_from_sixteen_pages_on) {
  if (sanitizer_divisor != 1) GTEST_SKIP() << "a sanitizer's shadow memory is touched too";
  auto const hierarchy = cgroup_hierarchy::detect();
  if (!hierarchy.writable) GTEST_SKIP() << hierarchy.why_not;
  scoped_cgroup const group(hierarchy, "account");
  pid_t const child = ::fork();
  if (child == 0) ::_exit(touch_and_compare(group));
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace unitcost::harness
