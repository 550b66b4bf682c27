#include "impl/openmp/openmp.hpp"

#include <gtest/gtest.h>
#include <omp.h>
#include <sched.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <set>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "impl/openmp/runtime_version.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/unit_report.hpp"
#include "tests/impl/arrival_checksum.hpp"
#include "tests/sanitizers.hpp"
#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost {
namespace {

using models::openmp;
using workloads::fib;

#define SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(threads)                       \
  if (running_under_thread_sanitizer && (threads) > 1)                        \
  GTEST_SKIP() << "Debian's OpenMP runtime is not built with TSan: it would " \
                  "report races that the runtime's atomics order"

placement team_of(unsigned workers) { return {.workers = workers, .cpus = {}}; }

outcome run_fib(openmp& instance, fib::parameters const& parameters) {
  return instance.run([&parameters](openmp::context& context) { return fib::direct(context, parameters); });
}

std::size_t threads_of_this_process() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator{}));
}

/// A joined thread stays listed until the kernel has put it away.
std::size_t threads_once_they_are_at_most(std::size_t count) {
  for (int look = 0; look < 1000 && threads_of_this_process() > count; ++look)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return threads_of_this_process();
}

cpu_set_t own_mask() {
  cpu_set_t mine;
  ::sched_getaffinity(0, sizeof mine, &mine);
  return mine;
}

class openmp_workers : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(workers, openmp_workers, testing::Values(1u, 2u, 4u));

TEST_P(openmp_workers, answer_as_the_oracle_with_every_call_a_unit) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(GetParam());
  fib::parameters const parameters{.n = 14};
  openmp instance({}, team_of(GetParam()));
  for (int repetition = 0; repetition < 3; ++repetition) {
    ASSERT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
    // Of each pair of children one is spawned and the other called in place.
    ASSERT_EQ(instance.units_made(), (fib::oracle(parameters).units - 1) / 2);
  }
}

/// Many more than a runtime queues: the others run in place, and are made and joined all the same.
TEST_P(openmp_workers, join_a_flat_fork_of_many_children) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(GetParam());
  std::uint64_t const children = test_units(4096);
  openmp instance({}, team_of(GetParam()));
  auto const results = instance.run([&](openmp::context& context) {
    std::vector<std::uint64_t> each(children);
    openmp::context::scope scope(context);
    for (std::uint64_t child = 0; child < children; ++child)
      scope.spawn(each[child], [child](openmp::context&) { return unit_arrivals::hash(child); });
    scope.join();
    return each;
  });
  for (std::uint64_t child = 0; child < children; ++child) ASSERT_EQ(results[child], unit_arrivals::hash(child));
  EXPECT_EQ(instance.units_made(), children);
}

TEST_P(openmp_workers, leave_no_thread_behind_however_often_they_are_made) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(GetParam());
  fib::parameters const parameters{.n = 8};
  std::size_t const before = threads_of_this_process();
  for (int repetition = 0; repetition < 20; ++repetition) {
    openmp instance({}, team_of(GetParam()));
    ASSERT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
    ASSERT_GE(threads_of_this_process(), before + GetParam() - 1);
  }
  EXPECT_EQ(threads_once_they_are_at_most(before), before);
}

TEST_P(openmp_workers, pass_the_first_exception_to_the_caller_of_run_after_all_units_have_ended) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(GetParam());
  openmp instance({}, team_of(GetParam()));
  std::atomic<int> ended{0};
  auto const root = [&ended](openmp::context& context) {
    int results[4]{};
    openmp::context::scope scope(context);
    for (int& result : results)
      scope.spawn(result, [&ended](openmp::context&) -> int {
        ended.fetch_add(1);
        throw std::domain_error("planted");
      });
    scope.join();
    return results[0];
  };
  EXPECT_THROW(instance.run(root), std::domain_error);
  EXPECT_EQ(ended, 4);
  fib::parameters const parameters{.n = 10};
  EXPECT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
}

TEST_P(openmp_workers, join_the_children_of_a_root_that_leaves_by_an_exception) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(GetParam());
  openmp instance({}, team_of(GetParam()));
  std::atomic<int> ended_before_the_scope{0}, ended{0};
  auto const root = [&](openmp::context& context) -> int {
    int results[4]{};
    struct look {  // destroyed after the scope
      std::atomic<int>&ended, &seen;
      ~look() { seen = ended.load(); }
    } const after{ended, ended_before_the_scope};
    openmp::context::scope scope(context);
    for (int& result : results) scope.spawn(result, [&ended](openmp::context&) { return ended.fetch_add(1); });
    throw std::domain_error("planted");
  };
  EXPECT_THROW(instance.run(root), std::domain_error);
  EXPECT_EQ(ended_before_the_scope, 4);
}

TEST(openmp, runs_units_on_both_threads_of_a_team_of_two) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  openmp instance({}, team_of(2));
  std::atomic<int> present{0};
  // Each of the two waits for the other: on one thread this would never end.
  auto const meet = [&present](openmp::context&) {
    present.fetch_add(1);
    while (present.load() < 2) ::sched_yield();
    return ::omp_get_thread_num();
  };
  auto const met = instance.run([&meet](openmp::context& context) {
    std::pair<int, int> threads;
    openmp::context::scope scope(context);
    scope.spawn(threads.first, meet);
    scope.spawn(threads.second, meet);
    scope.join();
    return threads;
  });
  EXPECT_EQ(std::set<int>({met.first, met.second}), std::set<int>({0, 1}));
}

TEST(openmp, pins_its_units_and_gives_the_caller_its_mask_back) {
  cpu_set_t const before = own_mask();
  int const cpu = ::sched_getcpu();
  openmp instance({}, {.workers = 1, .cpus = {cpu}});
  cpu_set_t const inside = instance.run([](openmp::context&) { return own_mask(); });
  EXPECT_EQ(CPU_COUNT(&inside), 1);
  EXPECT_TRUE(CPU_ISSET(static_cast<std::size_t>(cpu), &inside));
  cpu_set_t const after = own_mask();
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(openmp, pins_each_thread_of_its_team_for_good) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  auto const cpus = runtime::allowed_cpus();
  if (cpus.size() < 2) GTEST_SKIP() << "needs two CPUs";
  openmp instance({}, {.workers = 2, .cpus = {cpus[0], cpus[1]}});
  for (int region = 0; region < 3; ++region) {
    instance.run([](openmp::context&) { return 0; });
    models::openmp_parts::on_each_thread(2, [&cpus](unsigned thread) {
      if (thread == 0) return;  // the caller has its mask back
      cpu_set_t const mine = own_mask();
      EXPECT_EQ(CPU_COUNT(&mine), 1);
      EXPECT_TRUE(CPU_ISSET(static_cast<std::size_t>(cpus[1]), &mine));
    });
  }
}

TEST(openmp, refuses_a_cpu_that_does_not_exist) {
  EXPECT_THROW(openmp({}, {.workers = 1, .cpus = {CPU_SETSIZE - 1}}), std::system_error);
}

TEST(openmp, refuses_a_cpu_of_another_worker_that_does_not_exist) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  int const cpu = ::sched_getcpu();
  EXPECT_THROW(openmp({}, {.workers = 2, .cpus = {cpu, CPU_SETSIZE - 1}}), std::system_error);
}

TEST(openmp, refuses_to_have_no_workers) { EXPECT_THROW(openmp({}, team_of(0)), not_supported); }

/// No level of regions may be active: as under OMP_THREAD_LIMIT, a team has one thread, whatever is asked for.
TEST(openmp_team, is_refused_when_it_is_smaller_than_it_was_asked_to_be) {
  int const before = ::omp_get_max_active_levels();
  ::omp_set_max_active_levels(0);
  EXPECT_NO_THROW(models::openmp_parts::on_each_thread(1, [](unsigned) {}));
  EXPECT_THROW(models::openmp_parts::on_each_thread(2, [](unsigned) {}), limit_reached);
  EXPECT_THROW(openmp({}, team_of(2)), limit_reached);
  ::omp_set_max_active_levels(before);
}

TEST(openmp_idle, can_be_filled_again_in_the_same_process) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  for (int repetition = 0; repetition < 2; ++repetition) {
    unit_arrivals arrivals;
    openmp::idle units({}, arrivals, 16, 0);
    units.grow_to(16);
    EXPECT_EQ(arrivals.checksum, checksum_of_first(16));
  }
}

TEST(openmp_idle, are_threads_beside_the_caller_that_end_when_they_are_released) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  std::size_t const before = threads_of_this_process();
  unit_arrivals arrivals;
  openmp::idle units({}, arrivals, 8, 0);
  for (std::uint64_t const count : {3u, 8u}) {
    units.grow_to(count);
    EXPECT_EQ(threads_of_this_process(), before + count);
  }
  units.release();
  EXPECT_EQ(threads_once_they_are_at_most(before), before);
}

TEST(openmp_idle, refuses_more_units_than_it_was_made_for) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  unit_arrivals arrivals;
  openmp::idle units({}, arrivals, 4, 0);
  EXPECT_THROW(units.grow_to(5), limit_reached);
  EXPECT_EQ(arrivals.count, 4u);
}

TEST(openmp_idle, refuses_to_touch_more_than_a_stack) {
  unit_arrivals arrivals;
  EXPECT_THROW(openmp::idle({}, arrivals, 1, std::size_t{4} << 20), not_supported);
}

TEST(openmp, names_the_runtime_that_was_loaded) {
  // libgomp.so.1 of g++, libomp.so.5 of clang.
  EXPECT_NE(models::openmp_parts::runtime_version().find("omp"), std::string::npos);
}

}  // namespace
}  // namespace unitcost

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
/// libomp's own: it does not free all that it allocated when it is shut down, as a model's destructor asks for.
extern "C" char const* __lsan_default_suppressions() { return "leak:libomp.so"; }
#endif
#endif
