#include "benchmarks/measures/waiting/crawl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmarks/measures/waiting/crawl_floor.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/process/unit_crashed.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/every_conversing_model.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using workloads::conversation_end;
using workloads::crawl;

constexpr crawl::parameters scripted_crawl{.connections = 4, .delay_ns = 10'000'000, .pages = 40};

/// Four units of one thread fetch ten pages each, in 125 ms, of which the ideal takes 100. 32 pages are begun between
/// the last unit's second (1000) and the first one's end (33'000).
void script_crawl(crawl_log& all) {
  workloads::exchanged const oracle = crawl::oracle(all.what);
  for (std::uint32_t index = 0; index < 4; ++index) {
    all.units[index] = {
        .done = {.rounds = 10},
        .served = {.second_round = {1, 400 + 200 * index, 5 + index}, .end = {1, 33'000 + 1000 * index, 40 + index}},
        .first_request_ns = 5'000'000 + index,
        .end_ns = 130'000'000 - index};
  }
  all.units[2].done.bytes_in = oracle.bytes_in;
  all.units[2].done.bytes_out = oracle.bytes_out;
  all.units[3].done.checksum = oracle.checksum;
  for (std::uint32_t& times : all.answers) times = 1;
  all.server.late_ns = 40 * 250;
}

template <class Fault>
bool report_of_crawl_holds_after(Fault fault) {
  crawl_log log(scripted_crawl);
  script_crawl(log);
  fault(log);
  recorded_measurement recorded;
  report_crawl(log, recorded.given);
  return recorded.check_holds();
}

TEST(crawl_measure, reports_rate_share_of_the_ideal_cpu_time_and_how_late_the_server_was) {
  crawl_log log(scripted_crawl);
  script_crawl(log);
  recorded_measurement recorded;
  report_crawl(log, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_DOUBLE_EQ(recorded.metric("pages_per_second").value, 320);
  EXPECT_DOUBLE_EQ(recorded.metric("ideal_share").value, 0.8);
  EXPECT_DOUBLE_EQ(recorded.metric("cpu_ns_per_page").value, 1000);
  EXPECT_DOUBLE_EQ(recorded.metric("server_late_ns").value, 250);
}

TEST(crawl_measure, does_not_wait_for_a_unit_that_came_when_all_was_fetched) {
  crawl_log log({.connections = 5, .delay_ns = 10'000'000, .pages = 40});
  script_crawl(log);
  log.units[4].end_ns = 900'000'000;
  recorded_measurement recorded;
  report_crawl(log, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("pages_per_second").value, 320);
}

TEST(crawl_measure, has_no_number_where_no_unit_fetched_two_pages) {
  EXPECT_THROW(report_of_crawl_holds_after([](crawl_log& log) {
                 for (fetcher& each : log.units) each.done.rounds = 1;
               }),
               std::runtime_error);
}

TEST(crawl_measure, has_no_number_where_the_server_was_late_by_more_than_a_tenth_of_its_delay) {
  EXPECT_TRUE(report_of_crawl_holds_after([](crawl_log& log) { log.server.late_ns = 40 * 1'000'000; }));
  EXPECT_THROW(report_of_crawl_holds_after([](crawl_log& log) { log.server.late_ns = 40 * 1'000'001; }),
               harness::not_stable);
}

TEST(crawl_measure, finds_a_page_that_was_lost) {
  EXPECT_FALSE(report_of_crawl_holds_after([](crawl_log& log) { --log.units[0].done.rounds; }));
  EXPECT_FALSE(report_of_crawl_holds_after([](crawl_log& log) { log.answers[7] = 0; }));
}

TEST(crawl_measure, finds_a_page_that_was_fetched_twice) {
  EXPECT_FALSE(report_of_crawl_holds_after([](crawl_log& log) { ++log.units[0].done.rounds; }));
  EXPECT_FALSE(report_of_crawl_holds_after([](crawl_log& log) { log.answers[7] = 2; }));
}

TEST(crawl_measure, finds_a_page_that_came_otherwise_than_it_was_sent) {
  EXPECT_FALSE(report_of_crawl_holds_after([](crawl_log& log) { log.units[1].done.checksum ^= 1; }));
  EXPECT_FALSE(report_of_crawl_holds_after([](crawl_log& log) { ++log.units[1].done.bytes_in; }));
}

TEST(crawl_measure, finds_a_unit_whose_connection_broke) {
  EXPECT_FALSE(
      report_of_crawl_holds_after([](crawl_log& log) { log.units[1].done.end = conversation_end::peer_closed; }));
}

/// In turns of as many pages as there are connections, each of which waits for the slowest.
TEST(crawl_measure, asks_for_sites_that_have_a_page_for_each_connection_until_the_last_turn) {
  for (crawl_scale const& scale : crawl_scales) {
    workloads::site const of = crawl::site_of(scale.asked);
    std::vector<std::uint32_t> queue(of.pages);
    std::vector<std::uint8_t> seen(of.pages);
    workloads::frontier<workloads::no_lock> known(of, queue, seen);
    for (std::uint32_t fetched = 0; fetched < of.pages;) {
      std::vector<std::uint32_t> turn;
      while (turn.size() < scale.asked.connections)
        if (auto const page = known.next())
          turn.push_back(*page);
        else
          break;
      for (std::uint32_t const page : turn) known.put(workloads::links_of(page, of));
      fetched += static_cast<std::uint32_t>(turn.size());
      ASSERT_TRUE(turn.size() == scale.asked.connections || fetched == of.pages) << fetched << " of " << of.pages;
    }
  }
}

TEST(crawl_measure, is_skipped_where_connections_need_more_descriptors_than_there_are) {
  std::string const why = why_no_conversation("anyone", 4'000'000'000, 2'000'000'000, 1);
  EXPECT_THAT(why, ::testing::HasSubstr("needs 2000000064 descriptors"));
}

TEST(crawl_measure, asks_processes_for_as_many_connections_as_each_can_inherit) {
  if (auto const why = why_no_conversation("anyone", 5000, 5000, 1); !why.empty()) GTEST_SKIP() << why;
  if (models::std_thread::unit_limit({}) < 5000) GTEST_SKIP() << "the user may have fewer threads";
  EXPECT_EQ(why_no_crawl<models::process>(1000), "");
  EXPECT_THAT(why_no_crawl<models::process>(5000), ::testing::HasSubstr("each of 5000 processes would inherit"));
  EXPECT_EQ(why_no_crawl<models::std_thread>(5000), "");
}

bool crawl_has_two_cpus() { return recorded_measurement(2).given.settings().cpus.size() == 2; }

constexpr crawl::parameters short_crawl{.connections = 4, .delay_ns = 1'000'000, .pages = 60};

/// Whether it holds when `crawl` fetches the pages of a real server.
template <class Lock, class Crawl>
bool crawl_holds_for(bool non_blocking, Crawl const& crawl_pages) {
  recorded_measurement recorded(2);
  try {
    measure_crawl_of<Lock>(short_crawl, non_blocking, recorded.given, crawl_pages);
  } catch (harness::not_stable const&) {  // on a busy machine
  }
  return recorded.check_holds();
}

/// `visit(holds)` for each model and for the floor, where `holds(fault)` tells whether a crawl holds before which
/// `fault(run)` was done.
template <class Visit>
void for_each_crawler(Visit visit) {
  test::for_each_conversing_model([&]<class Model>() {
    using lock = frontier_lock<Model>;
    visit([](auto fault) {
      return crawl_holds_for<lock>(wants_non_blocking<Model>(), [fault](crawl_run<lock>& run, placement const& where) {
        fault(run);
        converse_all<Model, fetching_pages>(where, run.what.connections, run);
      });
    });
  });
  SCOPED_TRACE("floor");
  visit([](auto fault) {
    return crawl_holds_for<workloads::no_lock>(true, [fault](crawl_run<workloads::no_lock>& run, placement const&) {
      fault(run);
      crawl_by_hand(run);
    });
  });
}

TEST(crawl_measure, holds_for_every_model_and_for_the_floor) {
  if (!crawl_has_two_cpus()) GTEST_SKIP() << "server and crawler need a CPU each";
  for_each_crawler([](auto holds) { EXPECT_TRUE(holds([](auto&) {})); });
}

TEST(crawl_measure, finds_a_frontier_that_hands_out_a_page_twice_or_never) {
  if (!crawl_has_two_cpus()) GTEST_SKIP() << "server and crawler need a CPU each";
  auto const twice = [](auto& run) {
    run.seen[2] = 0;
    run.known.put(std::array{2u});
  };
  auto const never = [](auto& run) { run.known.next(); };
  for_each_crawler([&](auto holds) {
    EXPECT_FALSE(holds(twice));
    EXPECT_FALSE(holds(never));
  });
}

TEST(crawl_measure, ends_where_a_connection_breaks) {
  if (!crawl_has_two_cpus()) GTEST_SKIP() << "server and crawler need a CPU each";
  for_each_crawler(
      [](auto holds) { EXPECT_FALSE(holds([](auto& run) { ::shutdown(run.connections[1].get(), SHUT_RDWR); })); });
}

TEST(crawl_measure, ends_as_crashed_where_the_server_dies) {
  if (!crawl_has_two_cpus()) GTEST_SKIP() << "server and crawler need a CPU each";
  for_each_crawler([](auto holds) {
    // Nowhere to count what it answers.
    EXPECT_THROW(holds([](auto& run) { run.server.answers = {}; }), unit_crashed);
  });
}

}  // namespace
}  // namespace unitcost::measures
