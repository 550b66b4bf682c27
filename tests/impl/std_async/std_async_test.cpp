#include "impl/std_async/std_async.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/futex.hpp"
#include "tests/impl/scope_that_is_left.hpp"

namespace unitcost::models {
namespace {

TEST(std_async, gives_each_unit_a_thread_of_its_own) {
  std_async model({}, {});
  constexpr std::size_t units = 8;
  auto const threads = model.run([](std_async::context& root) {
    std::vector<int> ids(units);
    runtime::futex_gate gate;  // none ends before all have been started: ids are given out again
    {
      std_async::context::scope children(root);
      for (int& id : ids)
        children.spawn(id, [&gate](std_async::context&) {
          gate.wait();
          return ::gettid();
        });
      gate.open();
      children.join();
    }
    ids.push_back(::gettid());
    return std::set<int>(ids.begin(), ids.end());
  });
  EXPECT_EQ(threads.size(), units + 1);
  EXPECT_FALSE(threads.contains(::gettid()));
  EXPECT_EQ(model.units_made(), units + 1);
}

TEST(std_async, confines_its_units_to_as_many_cpus_as_workers_and_gives_the_callers_back) {
  std::vector<int> const before = runtime::allowed_cpus();
  {
    std_async model({}, {.workers = 1, .cpus = before});
    EXPECT_EQ(model.run([](std_async::context&) { return runtime::allowed_cpus().size(); }), 1u);
  }
  EXPECT_EQ(runtime::allowed_cpus(), before);
  EXPECT_THROW(std_async({}, {.workers = 1, .cpus = {CPU_SETSIZE - 1}}), std::system_error);
}

/// Two children, of which the first throws and the second counts itself.
bool fail_beside(std_async::context& root, std::atomic<int>& ended) {
  bool results[2]{};
  std_async::context::scope children(root);
  children.spawn(results[0], [](std_async::context&) -> bool { throw std::runtime_error("planted"); });
  children.spawn(results[1], [&ended](std_async::context&) { return ++ended > 0; });
  children.join();
  return true;
}

TEST(std_async, brings_an_exception_of_a_unit_to_the_runs_caller_when_the_others_have_ended) {
  std_async model({}, {});
  std::atomic<int> ended{0};
  EXPECT_THROW(model.run([&ended](auto& root) { return fail_beside(root, ended); }), std::runtime_error);
  EXPECT_EQ(ended, 1);
}

TEST(std_async, ends_a_scope_that_an_exception_leaves_only_after_its_units) {
  std_async model({}, {});
  EXPECT_TRUE(test::ends_only_after_its_units(model));
}

}  // namespace
}  // namespace unitcost::models
