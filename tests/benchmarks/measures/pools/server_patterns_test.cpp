#include "benchmarks/measures/pools/server_patterns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "impl/pools/half_sync_half_async.hpp"
#include "impl/pools/leader_followers.hpp"
#include "impl/runtime/epoll_set.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/impl/pools/leaderless_server.hpp"

namespace unitcost::measures {
namespace {

using load::request_tally, load::steady_slice;
using test::recorded_measurement;
using workloads::requests;

/// A run of which clients and servers say the same. Leader/followers answer 1.5 times as many, at 3/4 of the latency.
void script(server_patterns_run& run) {
  for (server_run& one : run.servers) {
    bool const lf = one.pattern == server_pattern::leader_followers;
    for (std::size_t index = 0; index < clients_of_a_server; ++index) {
      one.tallies[index] = {.answers = 100, .checksum = 7 + index};
      one.handled[index].count = 100;
      one.handled[index].checksum = 7 + index;
    }
    for (std::size_t pair = 0; pair < pairs_of_slices; ++pair)
      one.slices[pair] = {
          .answers = lf ? 150u : 100u, .elapsed_ns = 1'000'000 * (1 + static_cast<std::int64_t>(pair)), .cpu_ns = 3000};
    one.latencies = 2000;
    for (std::size_t index = 0; index < one.latencies; ++index)
      one.latencies_ns[index] = static_cast<std::int64_t>((lf ? 3 : 4) * (1000 + index));
  }
}

template <class Fault>
bool report_holds_after(Fault fault) {
  server_patterns_run run({});
  script(run);
  fault(run);
  recorded_measurement recorded;
  report_server_patterns(run, recorded.given);
  EXPECT_EQ(recorded.out.metrics.empty(), !recorded.check_holds());
  return recorded.check_holds();
}

TEST(server_patterns_measure, reports_ratios_within_pairs_and_what_each_server_took) {
  server_patterns_run run({});
  script(run);
  recorded_measurement recorded;
  report_server_patterns(run, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_DOUBLE_EQ(recorded.metric("lf_over_hsha").value, 1.5);
  EXPECT_EQ(recorded.metric("lf_over_hsha").better, harness::direction::neither) << "of two patterns";
  EXPECT_DOUBLE_EQ(recorded.metric("hsha_over_lf_cpu").value, 1.5);
  EXPECT_NEAR(recorded.metric("hsha_over_lf_p99").value, 4.0 / 3, 1e-9);
  EXPECT_NEAR(recorded.metric("hsha_requests_per_second").value, 100 / 4.5e-3, 1000) << "the median slice's";
  EXPECT_DOUBLE_EQ(recorded.metric("hsha_cpu_ns_per_request").value, 30);
  EXPECT_DOUBLE_EQ(recorded.metric("lf_cpu_ns_per_request").value, 20);
  EXPECT_DOUBLE_EQ(recorded.metric("lf_latency_ns").value, 3 * 1999.5);
  EXPECT_EQ(recorded.out.histograms.size(), 2u);
}

TEST(server_patterns_measure, has_no_p99_of_few_requests) {
  server_patterns_run run({});
  script(run);
  for (server_run& one : run.servers) one.latencies = 500;
  recorded_measurement recorded;
  report_server_patterns(run, recorded.given);
  EXPECT_THROW(recorded.metric("lf_latency_p99_ns"), std::out_of_range);
  EXPECT_THROW(recorded.metric("hsha_over_lf_p99"), std::out_of_range);
}

TEST(server_patterns_measure, has_no_number_where_a_slice_did_not_become_steady) {
  server_patterns_run run({});
  script(run);
  run.servers[1].slices[3] = {};
  recorded_measurement recorded;
  EXPECT_THROW(report_server_patterns(run, recorded.given), harness::not_stable);
}

TEST(server_patterns_measure, finds_a_server_that_handled_more_or_less_than_its_clients_saw) {
  EXPECT_FALSE(report_holds_after([](server_patterns_run& run) { ++run.servers[0].handled[1].count; }));
  EXPECT_FALSE(report_holds_after([](server_patterns_run& run) { --run.servers[1].tallies[2].answers; }));
}

TEST(server_patterns_measure, finds_a_server_that_handled_other_requests_than_were_sent) {
  EXPECT_FALSE(report_holds_after([](server_patterns_run& run) { run.servers[1].handled[0].checksum ^= 1; }));
}

TEST(server_patterns_measure, finds_a_client_that_was_answered_wrongly_lost_or_never) {
  EXPECT_FALSE(report_holds_after([](server_patterns_run& run) { run.servers[0].tallies[0].wrong_answers = 1; }));
  EXPECT_FALSE(report_holds_after([](server_patterns_run& run) { run.servers[1].tallies[0].lost = 1; }));
  EXPECT_FALSE(report_holds_after([](server_patterns_run& run) {
    run.servers[0].tallies[5] = request_tally{};
    run.servers[0].handled[5].count = run.servers[0].handled[5].checksum = 0;
  }));
}

TEST(server_patterns_measure, asks_for_what_a_p99_needs_but_of_the_largest_payload_in_short_profiles) {
  recorded_measurement recorded;
  EXPECT_GE(slice_limits_for(128 * 1024, recorded.given).fewest_answers * pairs_of_slices, 1000u);
  EXPECT_LT(slice_limits_for(1024 * 1024, recorded.given).fewest_answers * pairs_of_slices, 1000u);
  harness::record unused;
  harness::measurement const full(unused, {.which = harness::profile::full, .cpus = {}});
  EXPECT_GE(slice_limits_for(1024 * 1024, full).fewest_answers * pairs_of_slices, 1000u);
}

/// Whether it holds when both servers answer real clients. Who is not answered is given up after a second.
template <class First, class Second>
bool servers_hold(std::uint32_t bytes, std::uint32_t handler_us = 0) {
  constexpr double time_limit_s = 4;
  recorded_measurement recorded(2, time_limit_s);
  try {
    auto const cpus = static_cast<unsigned>(recorded.given.settings().cpus.size());
    measure_server_patterns<First, Second>(bytes, handler_us, cpus, recorded.given);
    EXPECT_EQ(recorded.out.metrics.empty(), !recorded.check_holds()) << "what does not hold has no numbers";
  } catch (harness::not_stable const&) {  // after a fault, or on a busy machine
  }
  return recorded.check_holds();
}

TEST(server_patterns_measure, holds_for_both_servers) {
  for (std::uint32_t const bytes : {0u, 16u * 1024, 1024u * 1024})
    EXPECT_TRUE((servers_hold<pools::half_sync_half_async, pools::leader_followers>(bytes, bytes == 0 ? 10 : 0)));
}

enum class server_fault { none, answers_twice, loses_a_request, mixes_up_payloads };

/// One thread that serves all, and does one thing wrong with its 40th request.
template <server_fault Fault>
class faulty_server {
 public:
  faulty_server(unsigned, pools::request_source source, pools::request_handler handler)
      : source_(source), service_(std::move(source), std::move(handler)) {}

  void serve() {
    runtime::epoll_set ready;
    std::vector<pools::incoming_request> incoming(service_.connections(),
                                                  pools::incoming_request(service_.request_bytes()));
    for (std::uint32_t index = 0; index < service_.connections(); ++index)
      ready.add(service_.socket_of(index), EPOLLIN, index);
    for (std::uint32_t open = service_.connections(); open > 0;)
      for (epoll_event const& each : ready.wait()) {
        pools::incoming_request& request = incoming[each.data.u32];
        auto const so_far = request.read_from(service_.socket_of(each.data.u32));
        if (so_far == pools::incoming_request::progress::whole) {
          answer(each.data.u32, {request.bytes().begin(), request.bytes().end()});
          request.begin_next();
        }
        if (so_far == pools::incoming_request::progress::closed) {
          ready.remove(service_.socket_of(each.data.u32));
          --open;
        }
      }
  }

 private:
  void answer(std::uint32_t connection, std::vector<std::byte> request) {
    bool const at_fault = ++answered_ == 40;
    if (at_fault && Fault == server_fault::loses_a_request) return;
    if (at_fault && Fault == server_fault::mixes_up_payloads)
      std::copy(last_.begin() + requests::header_bytes, last_.end(), request.begin() + requests::header_bytes);
    service_.answer(connection, request);
    if (at_fault && Fault == server_fault::answers_twice) service_.answer(connection, request);
    last_ = std::move(request);
  }

  pools::request_source source_;
  pools::request_service service_;
  std::vector<std::byte> last_;
  int answered_ = 0;
};

/// Whether the fault is found on either place.
template <class Faulty>
bool is_found(std::uint32_t bytes = 100) {
  return !servers_hold<Faulty, pools::leader_followers>(bytes) &&
         !servers_hold<pools::half_sync_half_async, Faulty>(bytes);
}

TEST(server_patterns_measure, finds_a_server_that_answers_twice_loses_a_request_or_mixes_up_payloads) {
  EXPECT_FALSE(is_found<faulty_server<server_fault::none>>());
  EXPECT_TRUE(is_found<faulty_server<server_fault::answers_twice>>());
  EXPECT_TRUE(is_found<faulty_server<server_fault::loses_a_request>>());
  EXPECT_TRUE(is_found<faulty_server<server_fault::mixes_up_payloads>>());
}

TEST(server_patterns_measure, finds_a_server_of_two_leaders_that_read_one_request) {
  if (recorded_measurement(2).given.settings().cpus.size() < 2) GTEST_SKIP() << "one worker is one leader";
  EXPECT_FALSE((servers_hold<pools::half_sync_half_async, test::leaderless_server>(1024 * 1024)));
}

TEST(server_patterns_measure, tells_what_a_server_threw_and_does_not_leave_its_clients_waiting) {
  struct throwing {
    throwing(unsigned, pools::request_source, pools::request_handler) {}
    void serve() { throw std::domain_error("no server today"); }
  };
  EXPECT_THROW((servers_hold<throwing, pools::leader_followers>(0)), std::domain_error);
}

}  // namespace
}  // namespace unitcost::measures
