#include "benchmarks/measures/pools/idle_workers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>

#include "benchmarks/measures/all.hpp"
#include "impl/process_pool/process_pool.hpp"
#include "impl/serial/serial.hpp"
#include "impl/stackless/stackless.hpp"
#include "impl/tbb/tbb.hpp"
#include "impl/thread_pool/thread_pool.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

TEST(cpu_share, of_a_worker_that_used_all_of_the_time_is_one) {
  EXPECT_DOUBLE_EQ(cpu_share({1, 500, 0}, {1, 1500, 0}, 1000), 1);
}

TEST(cpu_share, of_workers_that_used_nothing_is_zero) {
  EXPECT_DOUBLE_EQ(cpu_share({2, 500, 0}, {2, 500, 9}, 1000), 0);
}

TEST(cpu_share, is_per_worker) { EXPECT_DOUBLE_EQ(cpu_share({4, 0, 0}, {4, 1000, 0}, 1000), 0.25); }

TEST(cpu_share_during, sees_through_a_worker_that_spins_while_it_has_no_work) {
  std::atomic<bool> stop{false};
  std::jthread spinning([&stop] {
    while (!stop.load(std::memory_order_relaxed)) {
    }
  });
  EXPECT_GT(cpu_share_during(0.05), 0.001) << "beyond the bar for idle workers, however busy the machine is";
  stop = true;
}

TEST(cpu_share_during, is_nearly_nothing_for_a_worker_that_sleeps) {
  runtime::futex_gate gate;
  std::jthread sleeping([&gate] { gate.wait(); });
  cpu_share_during(0.005);  // it may still be on its way to the gate
  EXPECT_LT(cpu_share_during(0.05), 0.001);
  gate.open();
}

TEST(report_idle_workers, tells_what_idleness_costs_and_how_waking_compares) {
  recorded_measurement recorded;
  report_idle_workers({.workers = 2, .cpu_share = 0.0005, .wakes_per_hand_in = 1},
                      {.ours_ns = 6000, .bare_ns = 5000, .ratio = 1.2, .pairs = 12}, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("idle_cpu_share").value, 0.0005);
  EXPECT_DOUBLE_EQ(recorded.metric("wakes_per_hand_in").value, 1);
  EXPECT_DOUBLE_EQ(recorded.metric("wake_latency_ns").value, 6000);
  EXPECT_DOUBLE_EQ(recorded.metric("futex_wake_ns").value, 5000);
  EXPECT_DOUBLE_EQ(recorded.metric("ratio_to_futex").value, 1.2);
  EXPECT_EQ(recorded.metric("ratio_to_futex").samples, 12u);
}

TEST(wake_worker, is_not_done_by_a_model_whose_caller_runs_the_root) {
  models::serial plain_calls({}, {});
  spawned_work work;
  EXPECT_FALSE(wake_worker(plain_calls, false, work).by_another);
}

TEST(wake_worker, is_done_by_a_pool_that_runs_the_root_on_a_worker) {
  models::thread_pool pool({}, {});
  spawned_work work;
  wake const one = wake_worker(pool, false, work);
  EXPECT_TRUE(one.by_another);
  EXPECT_GT(one.latency_ns, 0);
}

TEST(wakes_per_hand_in, fail_the_check_when_no_worker_took_what_was_handed_in) {
  recorded_measurement recorded;
  models::serial plain_calls({}, {});
  spawned_work work;
  wakes_per_hand_in(plain_calls, false, work, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

/// A pool in which a second thread sleeps, and wakes in vain for every root that is handed in if it is told to.
struct pool_with_onlooker : models::thread_pool {
  pool_with_onlooker(bool in_vain) : thread_pool({}, {}), wakes_in_vain(in_vain) {}
  ~pool_with_onlooker() { call(1u << 31); }

  template <class Root>
  auto run(Root root) {
    if (wakes_in_vain) call(1);
    return thread_pool::run(root);
  }

 private:
  void call(std::uint32_t what) {
    word_.fetch_add(what);
    runtime::futex_wake(word_);
  }
  void look_on() {
    for (std::uint32_t seen = 0; (seen & (1u << 31)) == 0; seen = word_.load()) runtime::futex_wait(word_, seen);
  }

  bool wakes_in_vain;
  runtime::futex_word word_{0};
  std::jthread onlooker_{[this] { look_on(); }};
};

TEST(wakes_per_hand_in, tell_a_worker_that_wakes_in_vain) {
  spawned_work work;
  recorded_measurement recorded;
  auto const wakes_of = [&](bool in_vain) {
    pool_with_onlooker pool(in_vain);
    pause_ms(2);  // until both sleep
    return wakes_per_hand_in(pool, false, work, recorded.given);
  };
  double const quiet = wakes_of(false);
  EXPECT_GE(wakes_of(true), quiet + 0.5);
  EXPECT_TRUE(recorded.check_holds());
}

TEST(futex_sleeper, is_back_after_each_call) {
  test::kept_affinity const affinity;
  futex_sleeper sleeper(affinity.first_cpus(1).front());
  for (int call = 0; call < 100; ++call) EXPECT_GT(sleeper.wake(), 0);
}

template <class Model>
class idle_workers_of : public ::testing::Test {};
using models_with_workers = ::testing::Types<models::thread_pool, models::tbb, models::stackless, models::process_pool>;
TYPED_TEST_SUITE(idle_workers_of, models_with_workers);

TYPED_TEST(idle_workers_of, a_model_are_found_and_woken) {
  if (running_under_thread_sanitizer && std::is_same_v<TypeParam, models::tbb>)
    GTEST_SKIP() << "oneTBB is not instrumented: that a task goes to another worker looks like a race";
  test::kept_affinity const affinity;
  auto const cpus = runtime::allowed_cpus();
  if (cpus.size() < 2) GTEST_SKIP() << "needs two CPUs";
  harness::record out;
  harness::measurement given(out, {.which = harness::profile::quick, .cpus = cpus});
  measure_idle_workers<TypeParam>(given);
  EXPECT_TRUE(out.check.value().holds()) << out.check->difference();
  EXPECT_EQ(out.metrics.size(), 5u);
}

TEST(idle_workers, are_not_looked_for_on_one_cpu) {
  recorded_measurement recorded;
  EXPECT_THROW(measure_idle_workers<models::thread_pool>(recorded.given), not_supported);
}

/// Says that it is parallel and has no worker.
struct without_workers : models::serial {
  static constexpr std::string_view name = "without_workers";
  static constexpr capabilities abilities{.parallel = true};
  using models::serial::serial;
};

TEST(idle_workers, fail_where_none_is_left) {
  test::kept_affinity const affinity;
  auto const cpus = runtime::allowed_cpus();
  if (cpus.size() < 2) GTEST_SKIP() << "needs two CPUs";
  harness::record out;
  harness::measurement given(out, {.which = harness::profile::quick, .cpus = cpus});
  EXPECT_THROW(measure_idle_workers<without_workers>(given), std::runtime_error);
}

TEST(idle_workers, are_skipped_with_a_reason_where_none_stays_or_no_unit_forks) {
  harness::registry all({{1, 2}});
  add_idle_workers(all);
  for (auto const& one : all.cases()) {
    bool const none = one.model == "null" || one.model == "serial" || one.model == "process" ||
                      one.model == "std_thread" || one.model == "std_async" || one.model == "boost_context" ||
                      one.model == "asio" || one.model == "asio_pool";
    EXPECT_EQ(!one.skip_reason.empty(), none) << one.name();
  }
}

}  // namespace
}  // namespace unitcost::measures
