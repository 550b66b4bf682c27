#include "benchmarks/measures/crawl_footprint.hpp"

#include <gtest/gtest.h>

#include "benchmarks/harness/machine/memory_account.hpp"
#include "benchmarks/measures/crawl_floor.hpp"
#include "impl/all.hpp"
#include "impl/runtime/shared_array.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::measures {
namespace {

using lone_run = crawl_run<workloads::no_lock>;

constexpr workloads::crawl::parameters few_pages{.connections = 50, .delay_ns = 100'000'000};

/// Of a crawler that keeps so many pages of memory for each connection, beside what it needs.
double user_bytes_in_flight(std::size_t pages_kept) {
  test::recorded_measurement recorded(2);
  measure_crawl_footprint_of<workloads::no_lock>(
      few_pages, true, recorded.given, [pages_kept](lone_run& run, placement const&) {
        runtime::shared_array<std::byte> kept(pages_kept * 4096 * run.what.connections + 1);
        std::ranges::fill(kept, std::byte{1});
        crawl_by_hand(run);
      });
  EXPECT_TRUE(recorded.check_holds());
  return recorded.metric("resident_bytes_per_unit").value;
}

bool can_tell_crawlers_apart() {
  return test::recorded_measurement(2).given.settings().cpus.size() == 2 && sanitizer_divisor == 1;
}

TEST(crawl_footprint, grows_by_what_a_crawler_keeps_for_each_connection) {
  if (!can_tell_crawlers_apart()) GTEST_SKIP() << "wants two CPUs, and no sanitizer's shadow memory";
  if (!harness::memory_account::choose().only_ours()) GTEST_SKIP() << "the account is the whole machine's";
  constexpr std::size_t pages = 64;
  double const more_bytes = user_bytes_in_flight(pages) - user_bytes_in_flight(0);
  EXPECT_NEAR(more_bytes, pages * 4096, 0.02 * pages * 4096);
}

TEST(crawl_footprint, holds_for_units) {
  if (!can_tell_crawlers_apart()) GTEST_SKIP() << "wants two CPUs, and no sanitizer's shadow memory";
  test::recorded_measurement recorded(2);
  measure_crawl_footprint_of<frontier_lock<models::stackful>>(few_pages, true, recorded.given,
                                                              crawl_by_units<models::stackful>);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_NO_THROW(recorded.metric("kernel_bytes_per_unit"));
}

TEST(crawl_footprint, is_unstable_where_pages_come_before_all_were_asked_for) {
  if (!can_tell_crawlers_apart()) GTEST_SKIP() << "wants two CPUs, and no sanitizer's shadow memory";
  test::recorded_measurement recorded(2);
  auto hurried = few_pages;
  hurried.delay_ns = 0;
  EXPECT_THROW(measure_crawl_footprint_of<workloads::no_lock>(
                   hurried, true, recorded.given, [](lone_run& run, placement const&) { crawl_by_hand(run); }),
               harness::not_stable);
}

}  // namespace
}  // namespace unitcost::measures
