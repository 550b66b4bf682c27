#include "benchmarks/measures/waiting/planted_stall.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "benchmarks/load/arrivals.hpp"
#include "benchmarks/load/open_loop.hpp"
#include "tests/benchmarks/load/played_clients.hpp"

namespace unitcost::measures {
namespace {

using test::played_clients;

constexpr std::int64_t stall_ms = 1'000'000;

/// Low load on few clients: with one stall of a tenth of the time.
constexpr planted_stall one_stall{.delay_ns = 2 * stall_ms, .from_ns = 5'000 * stall_ms, .until_ns = 6'000 * stall_ms};
constexpr std::uint32_t clients_of_stall = 8;
constexpr std::int64_t stall_test_ns = 10'000 * stall_ms;
constexpr double stall_test_rate = 1000;

std::int64_t of_sorted_latencies(std::vector<std::int64_t> const& sorted, double share) {
  return sorted[static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size()))) - 1];
}

bool within_a_hundredth(std::int64_t told, std::int64_t truth) {
  return std::abs(static_cast<double>(told - truth)) <= 0.01 * static_cast<double>(truth);
}

/// An open loop against the planted server, on a clock of their own.
struct planted_run {
  explicit planted_run(load::spacing by)
      : planned(load::arrivals_ns({.by = by, .per_second = stall_test_rate, .seed = 11}, stall_test_ns)),
        clients(
            clients_of_stall,
            [this](std::int64_t sent_ns) {
              std::int64_t const begun_ns = log->begun_ns.load();
              return begun_ns == 0 ? sent_ns + one_stall.delay_ns
                                   : begun_ns + one_stall.answered_ns(sent_ns - begun_ns);
            },
            5'000) {
    load::open_loop(clients, planned, *log).run(20'000'000'000);
  }

  /// What would be found if latencies counted from when requests were really sent.
  std::vector<std::int64_t> uncorrected() const {
    std::vector<std::int64_t> latencies;
    for (std::size_t at = clients_of_stall; at < clients.exchanges.size(); ++at)
      latencies.push_back(clients.exchanges[at].answered_ns - clients.exchanges[at].sent_ns);
    std::ranges::sort(latencies);
    return latencies;
  }

  std::unique_ptr<load::open_loop_log> log = std::make_unique<load::open_loop_log>();
  std::vector<std::int64_t> planned;
  played_clients clients;
};

TEST(planted_stall, is_seen_by_an_open_loop_as_the_plan_says) {
  for (load::spacing const by : {load::spacing::constant, load::spacing::poisson}) {
    SCOPED_TRACE(by == load::spacing::constant ? "constant" : "poisson");
    planted_run const run(by);
    auto const known = known_latencies_ns(run.planned, clients_of_stall, one_stall);
    ASSERT_EQ(run.log->latency.samples(), known.size());
    for (double const share : {0.5, 0.9, 0.99, 0.999}) {
      auto const rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(known.size())));
      EXPECT_TRUE(within_a_hundredth(run.log->latency.at_rank(rank), of_sorted_latencies(known, share))) << share;
    }
    EXPECT_TRUE(within_a_hundredth(run.log->latency.greatest_ns(), one_stall.longest_ns()));
    EXPECT_EQ(load::why_behind(*run.log, run.planned.size()), "");
  }
}

TEST(planted_stall, is_missed_where_latencies_count_from_when_requests_were_sent) {
  planted_run const run(load::spacing::poisson);
  auto const known = known_latencies_ns(run.planned, clients_of_stall, one_stall);
  auto const uncorrected = run.uncorrected();
  ASSERT_EQ(uncorrected.size(), known.size());
  for (double const share : {0.9, 0.99, 0.999})
    EXPECT_LT(of_sorted_latencies(uncorrected, share), of_sorted_latencies(known, share) / 10) << share;
  EXPECT_TRUE(within_a_hundredth(of_sorted_latencies(uncorrected, 0.5), one_stall.delay_ns)) << "which any loop finds";
}

TEST(planted_stall, has_the_quantiles_that_a_calculation_by_hand_finds) {
  // As many clients as requests: none waits for another. Of 10'000 requests 1000 come in the stall, one each
  // millisecond, and wait for its rest; two come less than a delay before it, and wait for all of it.
  auto const planned = load::arrivals_ns({.by = load::spacing::constant, .per_second = stall_test_rate}, stall_test_ns);
  auto const known = known_latencies_ns(planned, 10'000, one_stall);
  EXPECT_EQ(known.front(), one_stall.delay_ns);
  EXPECT_EQ(of_sorted_latencies(known, 0.5), one_stall.delay_ns);
  EXPECT_EQ(known.back(), 1'002 * stall_ms);
  EXPECT_EQ(of_sorted_latencies(known, 0.99), 904 * stall_ms);
  EXPECT_EQ(of_sorted_latencies(known, 0.9), 4 * stall_ms);
}

}  // namespace
}  // namespace unitcost::measures
