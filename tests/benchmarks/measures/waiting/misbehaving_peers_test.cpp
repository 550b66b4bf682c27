// Servers of units, of every model and both reactors, whose clients misbehave: each unit's end is typed, the others'
// work is whole, and nothing is left behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <numeric>
#include <ostream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/harness/supervision/process_balance.hpp"
#include "benchmarks/measures/waiting/echo_floor.hpp"
#include "benchmarks/measures/waiting/echo_service.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/ways.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/mortal_echo.hpp"
#include "tests/benchmarks/measures/waiting/played_peer.hpp"

namespace unitcost::measures {
namespace {

using test::played_peer;
using test::recorded_measurement;
using workloads::conversation_end;
using workloads::echo;

bool peers_have_a_cpu() { return recorded_measurement(2).given.settings().cpus.size() == 2; }

struct echo_server {
  std::string name;
  bool non_blocking;
  std::function<void(echo_service&, placement const&)> serve;
  /// Has a unit kill the clients; the floor has none.
  std::function<void(harness::measurement&)> kill_clients = {};

  friend void PrintTo(echo_server const& one, std::ostream* out) { *out << one.name; }
};

template <class Model>
void kill_clients_of(harness::measurement& given) {
  runtime::shared_object<test::mortal_echo_run> run(echo::parameters{.connections = 4}, wants_non_blocking<Model>());
  test::measure_mortal_echo<Model>(*run, given, [&] { run->victim = ::getpid(); });
}

template <class Model>
echo_server server_of(std::string name) {
  return {std::move(name), wants_non_blocking<Model>(), serve_by_units<Model>, kill_clients_of<Model>};
}

/// As a test may be named.
std::string named(std::string_view model, std::string_view way) {
  std::string name = std::string(model) + "_" + std::string(way);
  std::ranges::replace(name, ':', '_');
  return name;
}

std::vector<echo_server> echo_servers_of_units() {
  std::vector<echo_server> all;
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (why_none_together<Model>().empty()) all.push_back(server_of<Model>(std::string(Model::name)));
  });
  for_each_model(all_ways{}, [&]<class Way>() {
    if (Way::why_not_here().empty()) all.push_back(server_of<Way>(named(Way::name, Way::way)));
  });
  return all;
}

std::vector<echo_server> all_echo_servers() {
  auto all = echo_servers_of_units();
  all.push_back({"floor", true, [](echo_service& service, placement const&) { answer_by_hand(service); }});
  return all;
}

/// Each in a test of its own, and under clang in a process of its own (tests/CMakeLists.txt), since libomp does not
/// bear that a process forks which has used it.
class misbehaving_peers : public testing::TestWithParam<echo_server> {
 protected:
  void SetUp() override {
    if (!peers_have_a_cpu()) GTEST_SKIP() << "server and clients need a CPU each";
  }
};

class killed_clients : public misbehaving_peers {};

/// What it does with the peers, each of which has the connection of its index.
using peers_part = std::function<void(std::vector<played_peer>&)>;
/// What must have come of the unit of a connection besides what is in its client's account.
struct expected_end {
  conversation_end end = conversation_end::complete;
  int error = 0;
  bool message_unanswered = false;  ///< it was read whole, and not all of the answer was taken
};

void expect_ends(echo_service const& service, std::vector<expected_end> const& expected) {
  for (std::uint32_t index = 0; index < service.what.connections; ++index) {
    SCOPED_TRACE("connection " + std::to_string(index));
    load::client_tally const& client = service.tallies[index];
    workloads::exchanged const& done = service.units[index].done;
    workloads::exchanged oracle = echo::oracle(service.what, client.requests, client.checksum);
    oracle.end = expected[index].end;
    oracle.error = expected[index].error;
    if (expected[index].message_unanswered) {
      EXPECT_GE(done.bytes_out, oracle.bytes_out);
      oracle.bytes_in += service.what.bytes;
      oracle.bytes_out = done.bytes_out;
      // The kernel tells of a reset once, and io_uring's receive may have taken that; who writes hears EPIPE then.
      if (done.error == EPIPE) oracle.error = EPIPE;
    }
    EXPECT_EQ(done.end, oracle.end);
    EXPECT_EQ(done.error, oracle.error);
    EXPECT_EQ(done, oracle);
    EXPECT_EQ(client.wrong_answers, 0u);
    EXPECT_EQ(client.lost, 0u);
  }
}

/// A server with as many connections as there are ends expected.
void play_against(
    echo_server const& server, std::uint32_t bytes, std::vector<expected_end> const& expected, peers_part const& part,
    std::function<void(echo_service&)> const& prepare = [](echo_service&) {}) {
  recorded_measurement recorded(2);
  auto const before = harness::read_process_balance();
  {
    echo::parameters const asked{.connections = static_cast<std::uint32_t>(expected.size()), .bytes = bytes};
    runtime::shared_object<echo_service> service(asked, server.non_blocking);
    prepare(*service);
    for (load::connection const& each : service->connections) {
      load::make_non_blocking(each.client.get());
      if (server.non_blocking) load::make_non_blocking(each.server.get());
    }
    auto const clients = [&] {
      std::vector<played_peer> peers;
      for (std::uint32_t index = 0; index < asked.connections; ++index) peers.emplace_back(*service, index);
      part(peers);
    };
    serve_clients(*service, recorded.given, clients, [&](placement const& where) { server.serve(*service, where); });
    expect_ends(*service, expected);
  }
  EXPECT_EQ(harness::imbalance_since(before), "");
  EXPECT_EQ(harness::read_process_balance().descriptors, before.descriptors);
}

constexpr expected_end complete{}, cut_off{conversation_end::peer_closed},
    was_reset{conversation_end::failed, ECONNRESET},
    was_reset_in_its_answer{conversation_end::failed, ECONNRESET, true};

TEST_P(misbehaving_peers, that_read_a_byte_at_a_time_hold_up_nobody_else) {
  constexpr std::uint32_t bytes = 32 * 1024, at_a_time = 1, slowly = 2000;
  auto const narrow = [](echo_service& service) {
    service.connections[0] = test::narrow_connection();
    service.connections[1] = test::narrow_connection();
  };
  play_against(
      GetParam(), bytes, {complete, complete, complete, complete},
      [](std::vector<played_peer>& peers) {
        peers[0].send();
        peers[1].send();
        peers[0].receive(1, at_a_time);
        for (int round = 0; round < 5; ++round) {
          peers[2].exchange();
          peers[3].exchange();
        }
        if (peers[0].is_written_whole()) throw std::logic_error("the connection was not narrow");
        peers[0].receive(slowly, at_a_time);
        peers[0].receive();
        peers[1].receive();
        peers[0].exchange();
      },
      narrow);
}

TEST_P(misbehaving_peers, that_are_half_open_end_as_far_as_they_came) {
  play_against(GetParam(), 64, {complete, cut_off, complete, complete, complete}, [](std::vector<played_peer>& peers) {
    auto &sound = peers[0], &stops_in_a_message = peers[1], &stops_at_once = peers[2],
         &stops_before_its_answer = peers[3];
    stops_at_once.stop_sending();
    stops_at_once.await_end();
    for (int round = 0; round < 3; ++round) {
      sound.exchange();
      stops_in_a_message.exchange();
    }
    stops_in_a_message.send(20);
    stops_in_a_message.stop_sending();
    stops_in_a_message.await_end();
    stops_before_its_answer.send();
    stops_before_its_answer.stop_sending();
    stops_before_its_answer.receive();
    stops_before_its_answer.await_end();
    sound.exchange();
    peers[4].close();  // and has never sent anything
  });
}

TEST_P(misbehaving_peers, that_reset_in_a_message_or_an_answer_end_as_failed) {
  constexpr std::uint32_t bytes = 32 * 1024;
  auto const narrow = [](echo_service& service) { service.connections[2] = test::narrow_connection(); };
  play_against(
      GetParam(), bytes, {complete, was_reset, was_reset_in_its_answer},
      [](std::vector<played_peer>& peers) {
        for (played_peer& each : peers) each.exchange();
        peers[1].send(bytes / 2);
        peers[1].reset();
        peers[2].send();
        peers[2].receive(100, 100);
        peers[2].reset();
        peers[0].exchange();
      },
      narrow);
}

/// Of some connections a tenth, chosen at random, each of which is killed after a number of rounds, likewise.
struct random_kills {
  static constexpr std::uint32_t connections = 30;
  static constexpr int rounds = 5;
  struct kill {
    std::uint32_t connection;
    int after_rounds;
  };

  explicit random_kills(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::uint32_t> all(connections);
    std::iota(all.begin(), all.end(), 0u);
    std::ranges::shuffle(all, random);
    for (std::uint32_t killed = 0; killed < connections / 10; ++killed)
      kills.push_back({all[killed], std::uniform_int_distribution(0, rounds - 1)(random)});
  }
  /// In the order of `kills`: between two messages, in a message, and by a reset.
  std::vector<expected_end> ends() const {
    std::vector<expected_end> all(connections, complete);
    all[kills[1].connection] = cut_off;
    all[kills[2].connection] = was_reset;
    return all;
  }
  void play(std::vector<played_peer>& peers) const {
    std::vector<bool> dead(connections);
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t which = 0; which < kills.size(); ++which) {
        if (kills[which].after_rounds != round) continue;
        played_peer& victim = peers[kills[which].connection];
        if (which > 0) victim.send(33);
        which == 2 ? victim.reset() : victim.close();
        dead[kills[which].connection] = true;
      }
      for (std::uint32_t index = 0; index < connections; ++index)
        if (!dead[index]) peers[index].exchange();
    }
  }

  std::vector<kill> kills;
};

TEST_P(misbehaving_peers, a_tenth_of_them_killed_at_random_leave_the_others_whole) {
  random_kills const planned(1);
  play_against(GetParam(), 64, planned.ends(), [&](std::vector<played_peer>& peers) { planned.play(peers); });
}

TEST_P(killed_clients, are_named_and_end_the_run) {
  recorded_measurement recorded(2);
  try {
    GetParam().kill_clients(recorded.given);
    ADD_FAILURE() << "nobody noticed";
  } catch (unit_crashed const& told) {
    EXPECT_EQ(told.signal, SIGKILL);
    EXPECT_TRUE(std::string_view(told.what()).starts_with("the clients: process")) << told.what();
  }
}

INSTANTIATE_TEST_SUITE_P(every_server, misbehaving_peers, testing::ValuesIn(all_echo_servers()),
                         [](auto const& one) { return one.param.name; });
INSTANTIATE_TEST_SUITE_P(every_server, killed_clients, testing::ValuesIn(echo_servers_of_units()),
                         [](auto const& one) { return one.param.name; });

}  // namespace
}  // namespace unitcost::measures
