#include "impl/std_thread/std_thread.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"
#include "tests/impl/scope_that_is_left.hpp"
#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost::models {
namespace {

using workloads::fib;

outcome run_fib(std_thread& model, fib::parameters const& parameters) {
  return model.run([parameters](std_thread::context& root) { return fib::direct(root, parameters); });
}

/// As many units below one root, each of which adds itself; all are units of their own.
std::uint64_t flat_fork(std_thread::context& root, std::uint64_t units) {
  std::vector<std::uint64_t> results(units);
  std_thread::context::scope children(root);
  for (std::uint64_t index = 0; index < units; ++index)
    children.spawn(results[index], [index](std_thread::context&) { return index + 1; });
  children.join();
  std::uint64_t sum = 0;
  for (std::uint64_t const each : results) sum += each;
  return sum;
}

class std_thread_variant : public testing::TestWithParam<std::size_t> {
 protected:
  std_thread::options options_ = std_thread::variants()[GetParam()].options;
};
INSTANTIATE_TEST_SUITE_P(of, std_thread_variant, testing::Range<std::size_t>(0, std_thread::variants().size()));

TEST_P(std_thread_variant, gives_each_unit_of_a_flat_fork_a_thread) {
  std_thread model(options_, {});
  constexpr std::uint64_t units = test_units(500);
  std::uint64_t const sum = model.run([](std_thread::context& root) { return flat_fork(root, units); });
  EXPECT_EQ(sum, units * (units + 1) / 2);
  EXPECT_EQ(model.units_made(), units + 1);
}

TEST(std_thread, can_run_again_and_counts_each_run_anew) {
  std_thread model({}, {});
  fib::parameters const parameters{.n = 8, .spawn_depth = 2};
  for (int repetition = 0; repetition < 2; ++repetition) {
    EXPECT_EQ(run_fib(model, parameters), fib::oracle(parameters));
    EXPECT_EQ(model.units_made(), 4u);  // the root, its spawned child, and one spawned by each of the root's two
  }
}

TEST(std_thread, runs_its_units_elsewhere_than_its_caller) {
  std_thread model({}, {});
  pid_t const unit = model.run([](std_thread::context&) { return ::gettid(); });
  EXPECT_NE(unit, ::gettid());
}

TEST(std_thread, confines_its_units_to_as_many_cpus_as_workers_and_gives_the_callers_back) {
  std::vector<int> const before = runtime::allowed_cpus();
  {
    std_thread model({}, {.workers = 1, .cpus = before});
    bool const confined = model.run([](std_thread::context&) { return runtime::allowed_cpus().size() == 1; });
    EXPECT_TRUE(confined);
  }
  EXPECT_EQ(runtime::allowed_cpus(), before);
}

TEST(std_thread, refuses_a_cpu_that_is_not_there) {
  placement const nowhere{.workers = 1, .cpus = {CPU_SETSIZE - 1}};
  EXPECT_THROW(std_thread({}, nowhere), std::system_error);
  EXPECT_THROW(std_thread::run_ring({}, nowhere, {.units = 2, .rounds = 1}), std::system_error);
}

TEST(std_thread, brings_an_exception_of_the_root_to_its_caller_after_the_children_ended) {
  std_thread model({}, {});
  EXPECT_TRUE(test::ends_only_after_its_units(model));
}

TEST(std_thread, names_the_limit_when_a_stack_is_too_small) {
  std_thread model({.stack_bytes = 4096}, {});
  EXPECT_THROW(model.run([](std_thread::context&) { return 0; }), limit_reached);
}

TEST(std_thread, touches_its_stack_where_it_fits_and_declines_where_not) {
  runtime::shared_object<unit_arrivals> arrivals;
  std_thread::idle fits({}, *arrivals, 2, 256 * 1024);
  fits.grow_to(2);
  fits.release();
  EXPECT_THROW(std_thread::idle({.stack_bytes = 16 * 1024}, *arrivals, 2, 64 * 1024), not_supported);
}

}  // namespace
}  // namespace unitcost::models
