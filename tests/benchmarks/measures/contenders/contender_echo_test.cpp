#include "benchmarks/measures/contenders/contender_echo.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/harness/supervision/ended_as.hpp"
#include "benchmarks/harness/supervision/worker_order.hpp"
#include "benchmarks/load/loopback.hpp"
#include "impl/runtime/descriptor_io.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::measures {
namespace {

using harness::ending;
using test::recorded_measurement;
using testing::HasSubstr;
using testing::ThrowsMessage;

template <class Act>
void expect_contenders_end(Act act, ending end, std::string const& reason) {
  try {
    act();
    FAIL() << "no end: " << reason;
  } catch (harness::ended_as const& error) {
    EXPECT_EQ(error.end(), end);
    EXPECT_THAT(error.what(), HasSubstr(reason));
  }
}

TEST(told_port, is_where_the_program_listens) { EXPECT_EQ(told_port(R"({"listening": 40123})", 64), 40123); }

TEST(told_port, that_there_is_not_is_a_wrong_result) {
  for (char const* line : {R"({"listening": 0})", R"({"listening": 65536})"})
    expect_contenders_end([&] { told_port(line, 64); }, ending::wrong_result, "there is none");
}

TEST(told_port, that_comes_not_is_told_by_what_was_asked) {
  EXPECT_THAT([] { told_port("fine", 64); },
              ThrowsMessage<std::runtime_error>(HasSubstr(R"(asked to serve 64 connections it wrote "fine")")));
}

constexpr workloads::echo::parameters four_clients{.connections = 4, .bytes = 64};

/// Four clients that were answered once before and 25 times in time, and a server that used 1 ms for these.
void script_clients(contenders_clients& seen) {
  for (std::uint32_t index = 0; index < seen.what.connections; ++index) {
    seen.first_tallies[index].requests = 1;
    seen.tallies[index].requests = 25;
  }
  for (std::uint32_t round = 0; round < 96; ++round) seen.round_ns[round] = 1000 + round;
  seen.log.rounds_timed = 96;
  seen.log.steady_from_ns = 7'000;
  seen.log.steady_until_ns = 7'000 + 500'000'000;
  seen.log.steady_answers = 90;
  seen.server_cpu_ns = 1'000'000;
}

constexpr harness::work_facts clients_due{.units = 4, .checksum = 4 * 26 * 64};

TEST(contender_echo, reports_what_models_report) {
  contenders_clients seen(four_clients);
  script_clients(seen);
  recorded_measurement recorded;
  report_contender_echo(seen, clients_due, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("cpu_ns_per_request").value, 10'000);
  EXPECT_DOUBLE_EQ(recorded.metric("requests_per_second").value, 180);
  EXPECT_EQ(recorded.metric("latency_ns").value, 1047.5);
}

TEST(contender_echo, finds_a_program_that_lies_about_its_connections_or_bytes) {
  contenders_clients seen(four_clients);
  script_clients(seen);
  for (auto [units, checksum] : {std::pair{3u, clients_due.checksum}, {4u, clients_due.checksum + 64}}) {
    recorded_measurement recorded;
    report_contender_echo(seen, {.units = units, .checksum = checksum}, recorded.given);
    EXPECT_FALSE(recorded.check_holds());
  }
}

template <class Fault>
void expect_contenders_fault(Fault fault, std::string const& reason) {
  contenders_clients seen(four_clients);
  script_clients(seen);
  fault(seen);
  recorded_measurement recorded;
  expect_contenders_end([&] { report_contender_echo(seen, clients_due, recorded.given); }, ending::wrong_result,
                        reason);
  EXPECT_TRUE(recorded.out.metrics.empty());
}

TEST(contender_echo, finds_wrong_answers_and_lost_clients_whenever_they_came) {
  expect_contenders_fault([](contenders_clients& seen) { seen.tallies[2].wrong_answers = 2; }, "2 of 104 answers");
  expect_contenders_fault([](contenders_clients& seen) { seen.first_tallies[2].wrong_answers = 1; },
                          "1 of 104 answers");
  expect_contenders_fault([](contenders_clients& seen) { seen.tallies[1].lost = 1; }, "1 of 4 connections");
  expect_contenders_fault([](contenders_clients& seen) { seen.first_tallies[3].lost = 1; }, "1 of 4 connections");
}

TEST(contender_echo, finds_a_program_that_used_no_cpu_time) {
  expect_contenders_fault([](contenders_clients& seen) { seen.server_cpu_ns = 0; }, "whoever answered is none of them");
}

TEST(contender_echo, has_no_number_of_too_few_answers_or_of_a_server_whose_cpu_time_is_not_known) {
  contenders_clients few(four_clients), gone(four_clients);
  script_clients(few);
  few.log.steady_answers = 39;
  script_clients(gone);
  gone.server_cpu_ns.reset();
  for (contenders_clients const* seen : {&few, &gone}) {
    recorded_measurement recorded;
    EXPECT_THROW(report_contender_echo(*seen, clients_due, recorded.given), harness::not_stable);
    EXPECT_TRUE(recorded.check_holds());
    EXPECT_TRUE(recorded.out.metrics.empty());
  }
}

/// A shell that says it listens on that port, and waits for the end.
std::vector<std::string> shell_listening_on(std::uint16_t port) {
  return {"/bin/sh", "-c",
          fmt::format(R"(read -r line; echo '{{"listening": {}}}' >&3; read -r line
                         echo '{{"end": "ok", "units": 4, "checksum": "0000000000000000"}}' >&3)",
                      port)};
}

/// Answers so many clients, each on a thread of its own, until they close.
std::jthread serve_in_this_process(load::listener const& door, std::uint32_t connections) {
  return std::jthread([&door, connections] {
    std::vector<std::jthread> units;
    for (std::uint32_t index = 0; index < connections; ++index)
      units.emplace_back([socket = door.accept()] {
        std::array<std::byte, 64> room;
        for (runtime::transferred count; (count = runtime::read_some(socket.get(), room)) > 0;)
          runtime::write_some(socket.get(), std::span(room).first(static_cast<std::size_t>(count)));
      });
  });
}

TEST(contender_echo, finds_a_program_that_has_another_answer_for_it) {
  if (running_under_thread_sanitizer)
    GTEST_SKIP() << "its runtime does not support a child that is forked beside threads";
  recorded_measurement recorded(2);
  if (recorded.given.settings().cpus.size() < 2) GTEST_SKIP() << "server and clients need a CPU each";
  load::listener const door;
  auto const server = serve_in_this_process(door, four_clients.connections);
  // The shell knows nothing of the bytes, and does not work.
  try {
    measure_contender_echo(four_clients, shell_listening_on(door.port()), recorded.given);
  } catch (harness::ended_as const& error) {
    EXPECT_THAT(error.what(), HasSubstr("whoever answered is none of them"));
  } catch (harness::not_stable const&) {  // on a busy machine
  }
  EXPECT_FALSE(recorded.check_holds());
}

TEST(contender_echo, finds_that_nobody_listens) {
  recorded_measurement recorded(2);
  if (recorded.given.settings().cpus.size() < 2) GTEST_SKIP() << "server and clients need a CPU each";
  std::uint16_t const nobodys = load::listener().port();
  EXPECT_THAT([&] { measure_contender_echo(four_clients, shell_listening_on(nobodys), recorded.given); },
              ThrowsMessage<std::runtime_error>(HasSubstr("after 0 connections connecting to 127.0.0.1")));
}

harness::contender echoing_contender() {
  return {.name = "mine", .command = "./mine", .about = "mine 1.0", .measures = {{"latency", {"echo"}}}};
}

TEST(contender_echo, has_the_cases_of_models_with_small_messages) {
  harness::registry all({.workers = {1}, .contenders = {echoing_contender()}});
  add_contender_echo(all);
  EXPECT_EQ(all.cases().size(), 2u);
  ASSERT_NE(all.find("latency/mine/echo/load:closed/connections:64/bytes:64"), nullptr);
  EXPECT_NE(all.find("latency/mine/echo/load:closed/connections:1000/bytes:64"), nullptr);
  auto const& one = *all.find("latency/mine/echo/load:closed/connections:64/bytes:64");
  EXPECT_EQ(one.external->arguments({.case_name = one.name(), .cpus = {}, .workers = {}})[1], "worker");
}

TEST(contender_echo, is_not_measured_of_who_only_sleeps) {
  harness::registry all({.workers = {1}, .contenders = {{"mine", "./mine", "mine", {{"latency", {"sleep"}}}}}});
  add_contender_echo(all);
  EXPECT_TRUE(all.cases().empty());
}

TEST(contender_echo, is_told_in_the_protocol_page_as_it_is_asked) {
  std::ifstream in(std::filesystem::path(UNITCOST_SOURCE) / "docs/CONTENDERS.md");
  std::string const page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(page, HasSubstr(R"({"serve": 64})"));
  EXPECT_THAT(page, HasSubstr(R"({"listening": 40123})"));
}

}  // namespace
}  // namespace unitcost::measures
