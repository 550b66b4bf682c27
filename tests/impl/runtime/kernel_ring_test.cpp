#include "impl/runtime/kernel_ring.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit_budget.hpp"

namespace unitcost::runtime {
namespace {

/// The plainest crews there are. An exception ends the unit only, as a unit that dies would.
void threads(unsigned units, auto body) {
  std::vector<std::jthread> crew;
  for (unsigned index = 0; index < units; ++index)
    crew.emplace_back([body, index] {
      try {
        body(index);
      } catch (std::runtime_error const&) {
      }
    });
}

void processes(unsigned units, auto body) {
  std::vector<pid_t> crew;
  for (unsigned index = 0; index < units; ++index) {
    pid_t const child = ::fork();
    if (child == 0) {
      body(index);
      ::_exit(0);
    }
    crew.push_back(child);
  }
  for (pid_t const each : crew) ::waitpid(each, nullptr, 0);
}

auto const by_threads = [](unsigned units, auto body) { threads(units, body); };
auto const by_processes = [](unsigned units, auto body) { processes(units, body); };

class kernel_ring_by_each_handover : public testing::TestWithParam<handover> {};
INSTANTIATE_TEST_SUITE_P(by, kernel_ring_by_each_handover, testing::ValuesIn(kernel_handovers()),
                         [](auto const& by) { return std::string(to_string(by.param)); });

TEST_P(kernel_ring_by_each_handover, of_threads_counts_each_hand_over_once_and_in_order) {
  for (unsigned const units : {1u, 2u, 3u, static_cast<unsigned>(test_units(64))}) {
    ring_shape const ring{.units = units, .rounds = test_units(320) / units + 1, .by = GetParam()};
    ring_outcome const went = kernel_ring(ring, sharing::threads, by_threads);
    EXPECT_EQ(went.switches, units * ring.rounds);
    EXPECT_EQ(went.out_of_order, 0u);
    EXPECT_GE(went.elapsed_ns, 0);
  }
}

TEST_P(kernel_ring_by_each_handover, of_processes_counts_each_hand_over_once_and_in_order) {
  for (unsigned const units : {2u, 5u}) {
    ring_shape const ring{.units = units, .rounds = 50, .by = GetParam()};
    ring_outcome const went = kernel_ring(ring, sharing::processes, by_processes);
    EXPECT_EQ(went.switches, units * ring.rounds);
    EXPECT_EQ(went.out_of_order, 0u);
    EXPECT_GT(went.elapsed_ns, 0);
  }
}

TEST(kernel_ring, refuses_hand_overs_that_are_not_the_kernels) {
  for (handover const by : {handover::yield, handover::transfer, handover::resume, handover::bare})
    EXPECT_THROW(kernel_ring({.by = by}, sharing::threads, by_threads), not_supported);
}

TEST(kernel_ring, refuses_a_ring_without_units) {
  EXPECT_THROW(kernel_ring({.units = 0}, sharing::threads, by_threads), not_supported);
}

// From here on one fault is planted in each.

TEST(kernel_ring, shows_a_crew_that_runs_no_unit) {
  auto const idle_crew = [](unsigned, auto) {};
  EXPECT_EQ(kernel_ring({.units = 2, .rounds = 10}, sharing::threads, idle_crew).switches, 0u);
}

TEST(kernel_ring, ends_and_shows_a_crew_that_runs_one_unit_twice_and_another_never) {
  auto const twins = [](unsigned units, auto body) {
    threads(units, [body](unsigned index) { body(index == 2 ? 1 : index); });
  };
  EXPECT_LT(kernel_ring({.units = 4, .rounds = 10}, sharing::threads, twins).switches, 40u);
}

TEST(kernel_ring, ends_and_shows_a_crew_with_a_unit_too_many) {
  auto const crowd = [](unsigned units, auto body) { threads(units + 1, body); };
  ring_outcome const went = kernel_ring({.units = 3, .rounds = 1000}, sharing::threads, crowd);
  EXPECT_LE(went.switches, 3000u);  // abandoned, unless the surplus unit came when all was done
}

/// A baton whose taker dies: hand-over `fatal` of all is lost.
struct dropped_baton : futex_baton {
  inline static std::atomic<int> given{0};
  static constexpr int fatal = 25;
  void give() {
    if (++given == fatal) throw std::runtime_error("the baton fell");
    futex_baton::give();
  }
};

TEST(kernel_ring, ends_and_shows_a_hand_over_that_is_lost_with_its_unit) {
  dropped_baton::given = 0;
  ring_outcome const went = kernel_ring_by<dropped_baton>({.units = 4, .rounds = 10}, by_threads);
  EXPECT_EQ(went.switches, dropped_baton::fatal - 1u);
}

/// A baton that is once taken without having been given, as by a wait that trusts each wake-up. Of pipes, since
/// two tokens that meet in one stay two there, so that the ring ends.
struct trusting_baton : pipe_baton {
  inline static std::atomic<int> taken{0};
  void take() {
    if (++taken == 3) return;
    pipe_baton::take();
  }
};

TEST(kernel_ring, shows_a_unit_that_went_on_out_of_its_turn) {
  trusting_baton::taken = 0;
  ring_outcome const went = kernel_ring_by<trusting_baton>({.units = 4, .rounds = 10}, by_threads);
  EXPECT_GT(went.out_of_order, 0u);
}

}  // namespace
}  // namespace unitcost::runtime
