#include "benchmarks/measures/waiting/crawl_footprint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>

#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"
#include "benchmarks/harness/machine/scoped_cgroup.hpp"
#include "benchmarks/harness/machine/system_file.hpp"
#include "benchmarks/measures/waiting/crawl_floor.hpp"
#include "impl/all.hpp"
#include "impl/process/child_group.hpp"
#include "impl/runtime/shared_array.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::measures {
namespace {

using lone_run = crawl_run<workloads::no_lock>;

constexpr workloads::crawl::parameters few_pages{.connections = 50, .delay_ns = 100'000'000};

/// What one measurement came to.
struct seen_in_flight {
  double user_bytes = 0;
  bool holds = false;
};

/// Of a crawler that keeps so many pages of memory for each connection, beside what it needs.
seen_in_flight measure_keeping(std::size_t pages_kept) {
  test::recorded_measurement recorded(2);
  measure_crawl_footprint_of<workloads::no_lock>(
      few_pages, true, recorded.given, [pages_kept](lone_run& run, placement const&) {
        runtime::shared_array<std::byte> kept(pages_kept * 4096 * run.what.connections + 1);
        std::ranges::fill(kept, std::byte{1});
        crawl_by_hand(run);
      });
  return {recorded.metric("resident_bytes_per_unit").value, recorded.check_holds()};
}

bool can_tell_crawlers_apart() {
  return test::recorded_measurement(2).given.settings().cpus.size() == 2 && sanitizer_divisor == 1;
}

TEST(crawl_footprint, grows_by_what_a_crawler_keeps_for_each_connection) {
  if (!can_tell_crawlers_apart()) GTEST_SKIP() << "wants two CPUs, and no sanitizer's shadow memory";
  // In a control group of its own, as a repetition: the machine's account has what other tests do in it.
  std::optional<harness::scoped_cgroup> group;
  try {
    group.emplace(harness::cgroup_hierarchy::detect(), "crawl_footprint_test");
  } catch (harness::system_file_error const& refused) {
    GTEST_SKIP() << refused.what();
  }
  constexpr std::size_t pages = 64;
  runtime::shared_array<seen_in_flight> seen(2);
  processes::child_group repetition(1);
  repetition.spawn([&] {
    if (group->join_self() != 0) return;  // which is found by what is missing
    seen[0] = measure_keeping(0);
    seen[1] = measure_keeping(pages);
  });
  repetition.reap_all();
  EXPECT_TRUE(seen[0].holds && seen[1].holds);
  EXPECT_NEAR(seen[1].user_bytes - seen[0].user_bytes, pages * 4096, 0.02 * pages * 4096);
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
