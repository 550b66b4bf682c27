#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/harness/machine/scoped_cgroup.hpp"
#include "benchmarks/harness/machine/system_file.hpp"
#include "impl/pools/process_task_pool.hpp"
#include "impl/process/child_end.hpp"
#include "impl/process/resident_memory.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::pools {
namespace {

using testing::HasSubstr;

constexpr std::int64_t generous_ns = 60'000'000'000;

/// The error of a task whose worker died.
std::optional<unit_crashed> crash_of(task_handle<int> const& dead) {
  try {
    dead.get();
  } catch (unit_crashed const& error) {
    return error;
  }
  return std::nullopt;
}

bool exists(int pid) { return ::kill(pid, 0) == 0; }

/// Of a process that is no child of ours; a zombie may stand where an init does not reap.
bool runs(int pid) {
  if (!exists(pid)) return false;
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(status, line);
  std::size_t const name_end = line.rfind(')');
  return name_end != std::string::npos && line.at(name_end + 2) != 'Z';
}

bool comes_true(std::function<bool()> const& condition) {
  std::int64_t const limit = runtime::now_ns() + generous_ns;
  while (!condition()) {
    if (runtime::now_ns() > limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

struct way_to_die {
  char const* name;
  int (*body)();
  int signal;
  char const* text;
};

std::ostream& operator<<(std::ostream& out, way_to_die const& way) { return out << way.name; }

class a_worker_that_dies : public testing::TestWithParam<way_to_die> {};

TEST_P(a_worker_that_dies, fails_the_task_it_held_once_and_is_replaced) {
  constexpr int others = 60;
  runtime::shared_array<std::atomic<int>> runs_of(others);
  runtime::shared_object<std::atomic<int>> deaths(0), met(0);
  process_task_pool pool({.workers = 2});
  completion_queue<int> ends;
  std::vector<task_handle<int>> good;
  std::optional<task_handle<int>> bad;
  for (int index = 0; index < others; ++index) {
    if (index == others / 2) {
      bad = pool.apply_async(
          [deaths = &*deaths, body = GetParam().body] {
            ++*deaths;
            return body();
          },
          ends);
    }
    good.push_back(pool.apply_async([ran = &runs_of[static_cast<std::size_t>(index)]] { return ++*ran; }));
  }
  for (auto const& each : good) EXPECT_EQ(each.get(), 1);
  auto const crash = crash_of(*bad);
  ASSERT_TRUE(crash);
  EXPECT_EQ(crash->signal, GetParam().signal);
  EXPECT_GT(crash->pid, 0);
  EXPECT_THAT(crash->what(), HasSubstr(GetParam().text));
  EXPECT_EQ(*deaths, 1);
  EXPECT_TRUE(ends.take_for(generous_ns));
  EXPECT_FALSE(ends.take_for(1000)) << "reported twice";

  // As many as before are at work: two tasks that wait for each other.
  auto const meet = [met = &*met] {
    for (++*met; *met < 2;) ::usleep(100);
    return ::getpid();
  };
  auto const one = pool.apply_async(meet), two = pool.apply_async(meet);
  ASSERT_TRUE(one.wait_for(generous_ns) && two.wait_for(generous_ns));
  EXPECT_NE(one.get(), two.get());
  EXPECT_NE(one.get(), crash->pid);
  EXPECT_NE(two.get(), crash->pid);
}

constexpr way_to_die ways[] = {
    // Sanitizers and others may have handlers that turn these into an exit.
    {"a_segmentation_fault", [] { return ::signal(SIGSEGV, SIG_DFL) == SIG_ERR ? 0 : ::raise(SIGSEGV); }, SIGSEGV,
     "killed by signal 11"},
    {"an_abort", []() -> int { ::signal(SIGABRT, SIG_DFL), std::abort(); }, SIGABRT, "killed by signal 6"},
    {"an_exit_by_3", []() -> int { ::_exit(3); }, 0, "left with status 3"},
    {"a_friendly_exit", []() -> int { std::exit(0); }, 0, "left with status 0"},
    {"a_kill", [] { return ::raise(SIGKILL); }, SIGKILL, "killed by signal 9"}};
INSTANTIATE_TEST_SUITE_P(by, a_worker_that_dies, testing::ValuesIn(ways),
                         [](auto const& tested) { return std::string(tested.param.name); });

TEST(a_pool_of_processes, replaces_a_worker_that_is_killed_while_it_waits_for_a_task) {
  process_task_pool pool({.workers = 1});
  for (int count = 0; count < 20; ++count) {
    int const pid = pool.apply([] { return ::getpid(); });
    ::kill(pid, SIGKILL);
    ASSERT_TRUE(comes_true([pid] { return !exists(pid); })) << "the nursery reaps it";
  }
  EXPECT_EQ(pool.apply([] { return 1; }), 1);
}

TEST(a_pool_of_processes, lets_a_task_go_on_while_the_worker_of_another_dies) {
  runtime::shared_object<std::atomic<bool>> began(false), may_end(false);
  process_task_pool pool({.workers = 2});
  auto const staying = pool.apply_async([began = &*began, may_end = &*may_end] {
    for (*began = true; !*may_end;) ::usleep(100);
    return 5;
  });
  ASSERT_TRUE(comes_true([&] { return began->load(); }));
  auto const dying = pool.apply_async([] { return ::raise(SIGKILL); });
  EXPECT_TRUE(crash_of(dying));
  EXPECT_FALSE(staying.ready());
  *may_end = true;
  EXPECT_EQ(staying.get(), 5);
}

TEST(a_pool_of_processes, survives_workers_that_are_killed_at_any_moment) {
  constexpr int tasks = 3000;
  runtime::shared_array<std::atomic<int>> runs_of(tasks);
  runtime::shared_array<std::atomic<int>> pids(3);
  process_task_pool pool({.workers = 3, .capacity = 64});
  std::atomic<bool> over{false};
  std::jthread const killing([&] {
    for (std::size_t turn = 0; !over; ++turn) {
      if (int const pid = pids[turn % 3].exchange(0)) ::kill(pid, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  std::vector<task_handle<int>> handles;
  for (int index = 0; index < tasks; ++index)
    handles.push_back(pool.apply_async(
        [ran = &runs_of[static_cast<std::size_t>(index)], pid = &pids[static_cast<std::size_t>(index) % 3]] {
          *pid = ::getpid();
          return ++*ran;
        }));
  int crashed = 0;
  for (int index = 0; index < tasks; ++index) {
    auto const& each = handles[static_cast<std::size_t>(index)];
    ASSERT_TRUE(each.wait_for(generous_ns)) << "task " << index << " was lost";
    crashed += crash_of(each).has_value() ? 1 : 0;
    EXPECT_LE(runs_of[static_cast<std::size_t>(index)], 1) << "task " << index << " ran twice";
  }
  over = true;
  EXPECT_LT(crashed, tasks / 2);
}

TEST(a_pool_of_processes, fails_all_it_has_when_its_nursery_is_killed_and_takes_no_more) {
  runtime::shared_object<std::atomic<int>> nursery(0), worker(0);
  process_task_pool pool({.workers = 1});
  auto const held = pool.apply_async([nursery = &*nursery, worker = &*worker]() -> int {
    *worker = ::getpid();
    *nursery = ::getppid();
    for (;;) ::pause();
  });
  auto const queued = pool.apply_async([] { return 1; });
  ASSERT_TRUE(comes_true([&] { return *nursery != 0; }));
  ::kill(*nursery, SIGKILL);
  ASSERT_TRUE(held.wait_for(generous_ns) && queued.wait_for(generous_ns));
  EXPECT_THAT(crash_of(held).value().what(), HasSubstr("make a new pool"));
  EXPECT_TRUE(crash_of(queued));
  EXPECT_THROW(pool.apply([] { return 1; }), pool_not_running);
  pool.join();
  EXPECT_TRUE(comes_true([&] { return !runs(*worker); })) << *worker << " was left behind";
}

TEST(a_pool_of_processes, ends_when_its_client_is_killed) {
  runtime::shared_object<std::array<std::atomic<int>, 3>> pids;  // two workers and their parent
  int const client = ::fork();
  ASSERT_GE(client, 0);
  if (client == 0) {
    process_task_pool pool({.workers = 2});
    for (std::size_t index = 0; index < 2; ++index)
      pool.apply_async([index, pids = &*pids] {
        (*pids)[2] = ::getppid();
        (*pids)[index] = ::getpid();
        for (;;) ::pause();
      });
    for (;;) ::pause();
  }
  bool const all_live = comes_true([&] { return (*pids)[0] != 0 && (*pids)[1] != 0; });
  ::kill(client, SIGKILL);
  processes::reap(client);
  ASSERT_TRUE(all_live);
  for (auto const& pid : *pids) {
    EXPECT_TRUE(comes_true([&pid] { return !runs(pid); })) << pid;
  }
}

TEST(a_pool_of_processes, fails_the_task_whose_worker_is_killed_for_memory) {
  std::optional<harness::scoped_cgroup> group;
  try {
    group.emplace(harness::cgroup_hierarchy::detect(), "pool-of-processes");
    group->set_memory_limit(std::uint64_t{32} << 20);
  } catch (harness::system_file_error const& error) {
    GTEST_SKIP() << error.what();
  }
  process_task_pool pool({.workers = 1});
  auto const greedy = pool.apply_async([group = &*group]() -> int {
    if (group->join_self() != 0) return 1;
    processes::resident_memory const much(std::size_t{256} << 20);
    return 2;
  });
  auto const next = pool.apply_async([] { return 3; });
  EXPECT_EQ(next.get(), 3);
  auto const crash = crash_of(greedy);
  ASSERT_TRUE(crash);
  EXPECT_EQ(crash->signal, SIGKILL);
  EXPECT_EQ(group->oom_kills(), 1u);
}

}  // namespace
}  // namespace unitcost::pools
