// What both process models promise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/model.hpp"
#include "impl/process/process.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/process_pool/process_pool.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost {
namespace {

using testing::HasSubstr;
using workloads::fib;

template <class Model>
class process_models : public testing::Test {
 protected:
  template <class Unit>
  static void expect_crash(Unit unit, int signal, char const* what) {
    Model model({}, {.workers = 2, .cpus = {}});
    try {
      model.run(unit);
      ADD_FAILURE() << "the crash went unnoticed";
    } catch (unit_crashed const& error) {
      EXPECT_EQ(error.signal, signal);
      EXPECT_GT(error.pid, 0);
      EXPECT_THAT(error.what(), HasSubstr("process " + std::to_string(error.pid)));
      EXPECT_THAT(error.what(), HasSubstr(what));
    }
  }
};
using both_models = testing::Types<models::process, models::process_pool>;
TYPED_TEST_SUITE(process_models, both_models);

TYPED_TEST(process_models, give_the_oracles_answer_on_one_two_and_four_workers) {
  fib::parameters const parameters{10, 3};
  for (unsigned workers : {1u, 2u, 4u}) {
    TypeParam model({}, {.workers = workers, .cpus = {0}});
    outcome const answer =
        model.run([parameters](typename TypeParam::context& root) { return fib::direct(root, parameters); });
    EXPECT_EQ(answer, fib::oracle(parameters)) << workers << " workers";
    EXPECT_EQ(model.units_made(), 8u) << "the root and one spawned child of each of the 7 inner units";
  }
}

TYPED_TEST(process_models, run_units_in_other_processes_than_the_callers) {
  TypeParam model({}, {.workers = 1, .cpus = {}});
  int const unit = model.run([](typename TypeParam::context&) { return ::getpid(); });
  EXPECT_NE(unit, ::getpid());
}

TYPED_TEST(process_models, name_the_process_and_the_signal_of_a_unit_that_was_killed) {
  this->expect_crash([](typename TypeParam::context&) { return ::raise(SIGKILL); }, SIGKILL, "killed by signal 9");
}

TYPED_TEST(process_models, name_the_unit_that_crashed_and_not_the_ancestors_that_told_of_it) {
  using context = typename TypeParam::context;
  this->expect_crash(
      [](context& root) {
        int result = 0;
        typename context::scope children(root);
        children.spawn(result, [](context& child) {
          int below = 0;
          typename context::scope grandchildren(child);
          grandchildren.spawn(below, [](context&) { return ::raise(SIGKILL); });
          grandchildren.join();
          return below;
        });
        children.join();
        return result;
      },
      SIGKILL, "killed by signal 9");
}

TYPED_TEST(process_models, notice_a_lost_unit_that_left_without_its_result) {
  this->expect_crash(
      [](typename TypeParam::context&) {
        ::_exit(0);
        return 0;
      },
      0, "left with status 0");
}

TYPED_TEST(process_models, notice_a_unit_that_left_with_a_status) {
  this->expect_crash(
      [](typename TypeParam::context&) {
        ::_exit(7);
        return 0;
      },
      0, "left with status 7");
}

TYPED_TEST(process_models, tell_what_escaped_from_a_unit) {
  TypeParam model({}, {.workers = 1, .cpus = {}});
  try {
    model.run([](typename TypeParam::context&) -> int { throw std::runtime_error("the planted fault"); });
    ADD_FAILURE() << "the exception went unnoticed";
  } catch (unit_crashed const& error) {
    EXPECT_THAT(error.what(), HasSubstr("the planted fault"));
  }
}

TYPED_TEST(process_models, keep_the_type_of_a_limit_that_a_unit_met) {
  TypeParam model({}, {.workers = 1, .cpus = {}});
  EXPECT_THROW(model.run([](typename TypeParam::context&) -> int { throw limit_reached("planted"); }), limit_reached);
}

TYPED_TEST(process_models, go_on_after_a_crash) {
  TypeParam model({}, {.workers = 2, .cpus = {}});
  EXPECT_THROW(model.run([](typename TypeParam::context&) { return ::raise(SIGKILL); }), unit_crashed);
  EXPECT_EQ(model.run([](typename TypeParam::context&) { return 42; }), 42);
}

TYPED_TEST(process_models, refuse_a_ring_on_a_cpu_that_is_not_there) {
  EXPECT_THROW(TypeParam::run_ring({}, {.workers = 1, .cpus = {CPU_SETSIZE - 1}}, {.units = 3, .rounds = 2}),
               unit_crashed);
}

TYPED_TEST(process_models, have_a_live_process_for_each_idle_unit_until_its_release) {
  runtime::shared_object<unit_arrivals> arrivals;
  typename TypeParam::idle units({}, *arrivals, 4, 0);
  units.grow_to(4);
  std::vector<int> const pids = units.process_ids();
  EXPECT_EQ(pids.size(), 4u);
  for (int const pid : pids) EXPECT_EQ(::kill(pid, 0), 0);
  units.release();
  for (int const pid : pids) EXPECT_EQ(::kill(pid, 0), -1);
}

TYPED_TEST(process_models, tell_of_an_idle_unit_that_died) {
  runtime::shared_object<unit_arrivals> arrivals;
  typename TypeParam::idle units({}, *arrivals, 3, 0);
  units.grow_to(3);
  ::kill(units.process_ids()[1], SIGKILL);
  EXPECT_THROW(units.release(), unit_crashed);
}

}  // namespace
}  // namespace unitcost
