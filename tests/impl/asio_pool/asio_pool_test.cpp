#include "impl/asio_pool/asio_pool.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "impl/runtime/cpu_confinement.hpp"
#include "tests/impl/scope_that_is_left.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost::models {
namespace {

using asio_runtime::posting_pool;

TEST(asio_pool, runs_its_root_on_the_calling_thread_and_its_units_on_others) {
  asio_pool model({}, {});
  int unit = 0;
  int const root = model.run([&unit](asio_pool::context& outside) {
    asio_pool::context::scope children(outside);
    children.spawn(unit, [](asio_pool::context&) { return ::gettid(); });
    children.join();
    return ::gettid();
  });
  EXPECT_EQ(root, ::gettid());
  EXPECT_NE(unit, root);
  EXPECT_EQ(model.units_made(), 1u);
}

TEST(asio_pool, runs_as_many_units_at_once_as_it_has_workers) {
  asio_pool model({}, {.workers = 3});
  std::latch all{3};
  EXPECT_TRUE(model.run([&all](asio_pool::context& outside) {
    bool results[3]{};
    asio_pool::context::scope children(outside);
    for (bool& each : results)
      children.spawn(each, [&all](asio_pool::context&) {
        all.arrive_and_wait();  // by three threads, or never
        return true;
      });
    children.join();
    return results[0] && results[1] && results[2];
  }));
}

TEST(asio_pool, refuses_to_let_a_unit_fork_and_says_so_to_the_runs_caller) {
  asio_pool model({}, {});
  workloads::fib::parameters const deep{.n = 8, .spawn_depth = 3};
  EXPECT_THROW(model.run([&](auto& root) { return workloads::fib::direct(root, deep); }), not_supported);
}

TEST(asio_pool, brings_the_exception_of_a_unit_to_the_runs_caller_and_goes_on) {
  asio_pool model({}, {});
  auto const failing = [](asio_pool::context& outside) {
    bool results[2]{};
    asio_pool::context::scope children(outside);
    children.spawn(results[0], [](asio_pool::context&) -> bool { throw std::runtime_error("planted"); });
    children.spawn(results[1], [](asio_pool::context&) { return true; });
    children.join();
    return results[1];
  };
  EXPECT_THROW(model.run(failing), std::runtime_error);
  EXPECT_EQ(model.run([](asio_pool::context&) { return 7; }), 7);
}

TEST(asio_pool, ends_a_scope_that_an_exception_leaves_only_after_its_units) {
  asio_pool model({}, {});
  EXPECT_TRUE(test::ends_only_after_its_units(model));
}

TEST(posting_pool, runs_each_task_once_also_those_that_tasks_give_and_is_joined_when_all_have_ended) {
  std::atomic<int> runs{0};
  posting_pool pool({.workers = 2});
  for (int given = 0; given < 100; ++given)
    pool.apply_async([&] {
      pool.apply_async([&runs] { ++runs; });
      ++runs;
    });
  pool.join();
  EXPECT_EQ(runs, 200);
}

TEST(posting_pool, takes_the_oldest_task_first) {
  std::vector<int> order;
  posting_pool pool({.workers = 1});
  std::latch all_given{1};
  pool.apply_async([&all_given] { all_given.wait(); });
  for (int index = 0; index < 5; ++index) pool.apply_async([&order, index] { order.push_back(index); });
  all_given.count_down();
  pool.join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(posting_pool, takes_tasks_that_cannot_be_copied) {
  int got = 0;
  posting_pool pool({});
  pool.apply_async([seven = std::make_unique<int>(7), &got] { got = *seven; });
  pool.join();
  EXPECT_EQ(got, 7);
}

TEST(posting_pool, confines_its_threads_to_as_many_cpus_as_workers_and_not_its_maker) {
  std::vector<int> const before = runtime::allowed_cpus();
  std::size_t cpus = 0;
  posting_pool pool({.workers = 1, .cpus = before});
  EXPECT_EQ(runtime::allowed_cpus(), before);
  pool.apply_async([&cpus] { cpus = runtime::allowed_cpus().size(); });
  pool.join();
  EXPECT_EQ(cpus, 1u);
  EXPECT_THROW(posting_pool({.workers = 1, .cpus = {CPU_SETSIZE - 1}}), std::system_error);
}

TEST(posting_pool, is_refused_without_workers) { EXPECT_THROW(posting_pool({.workers = 0}), not_supported); }

}  // namespace
}  // namespace unitcost::models
