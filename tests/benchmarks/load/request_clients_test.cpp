#include "benchmarks/load/request_clients.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "benchmarks/load/loopback.hpp"
#include "impl/runtime/descriptor_io.hpp"

namespace unitcost::load {
namespace {

using workloads::requests;

constexpr requests::parameters small_requests{.bytes = 100, .computing_steps = 50};
constexpr slice_limits short_slice{.duration_ns = 2'000'000, .fewest_answers = 20, .patience_ns = 20'000'000'000};
/// For a server that will not answer.
constexpr slice_limits impatient_slice{.duration_ns = 2'000'000, .fewest_answers = 20, .patience_ns = 100'000'000};

/// What a server writes for a request; nothing: it writes nothing.
using reply = std::function<std::vector<std::byte>(std::span<std::byte const>)>;

std::vector<std::byte> bytes_of(requests::answer const& answer) {
  std::vector<std::byte> bytes(sizeof answer);
  std::memcpy(bytes.data(), &answer, sizeof answer);
  return bytes;
}
std::vector<std::byte> right_reply(std::span<std::byte const> request) {
  return bytes_of(requests::handle(request, small_requests.computing_steps));
}

/// A server of blocking threads, one for each client, until these have closed.
class blocking_server {
 public:
  blocking_server(std::size_t clients, requests::parameters const& asked, reply answer)
      : connections_(connect_loopback(clients)) {
    ignore_broken_connections();
    for (connection& each : connections_) {
      make_non_blocking(each.client.get());
      threads_.emplace_back([socket = each.server.get(), answer, size = requests::request_bytes(asked)] {
        std::vector<std::byte> request(size);
        for (std::size_t read = 0;;) {
          auto const count = runtime::read_some(socket, std::span(request).subspan(read));
          if (count <= 0) return;
          if ((read += static_cast<std::size_t>(count)) < size) continue;
          read = 0;
          auto const bytes = answer(request);
          if (!bytes.empty() && runtime::write_some(socket, bytes) < 0) return;
        }
      });
    }
  }
  ~blocking_server() {
    for (connection& each : connections_) each.client.reset();
  }
  std::vector<int> sockets() const {
    std::vector<int> all;
    for (connection const& each : connections_) all.push_back(each.client.get());
    return all;
  }

 private:
  std::vector<connection> connections_;
  std::vector<std::jthread> threads_;
};

struct slice_outcome {
  std::vector<request_tally> tallies;
  steady_slice steady;
  std::uint64_t latencies = 0;

  request_tally sum() const {
    request_tally all;
    for (request_tally const& each : tallies) {
      all.answers += each.answers;
      all.wrong_answers += each.wrong_answers;
      all.lost += each.lost;
    }
    return all;
  }
};

slice_outcome slices_of(std::size_t clients, requests::parameters const& asked, reply const& answer,
                        slice_limits const& limits, int slices = 1) {
  blocking_server const server(clients, asked, answer);
  slice_outcome out{.tallies = std::vector<request_tally>(clients), .steady = {}};
  auto const sockets = server.sockets();
  request_clients asking(sockets, 3, asked, out.tallies, CLOCK_PROCESS_CPUTIME_ID);
  for (int slice = 0; slice < slices; ++slice)
    out.steady = asking.run(limits, [&out](std::int64_t latency_ns) {
      EXPECT_GT(latency_ns, 0);
      ++out.latencies;
    });
  EXPECT_EQ(asking.any_lost(), out.sum().lost > 0);
  return out;
}

TEST(request_clients, count_what_was_answered_rightly_and_what_of_it_was_steady) {
  auto const seen = slices_of(4, small_requests, right_reply, short_slice);
  EXPECT_EQ(seen.sum().wrong_answers, 0u);
  EXPECT_EQ(seen.sum().lost, 0u);
  EXPECT_GE(seen.steady.answers, short_slice.fewest_answers);
  EXPECT_GE(seen.steady.elapsed_ns, short_slice.duration_ns);
  EXPECT_GT(seen.steady.cpu_ns, 0);
  EXPECT_GE(seen.sum().answers, seen.steady.answers + 4) << "the first of each does not count";
  EXPECT_LE(seen.latencies, seen.sum().answers - 1);
}

TEST(request_clients, sum_up_the_results_that_were_due) {
  std::atomic<std::uint64_t> results{0};
  auto const seen = slices_of(
      2, small_requests,
      [&results](std::span<std::byte const> request) {
        results += requests::handle(request, small_requests.computing_steps).result;
        return right_reply(request);
      },
      short_slice, 2);
  std::uint64_t due = 0;
  for (request_tally const& each : seen.tallies) due += each.checksum;
  EXPECT_EQ(due, results);
}

TEST(request_clients, ask_again_in_the_next_slice_and_have_nothing_under_way_between) {
  auto const seen = slices_of(3, small_requests, right_reply, short_slice, 5);
  EXPECT_EQ(seen.sum().lost + seen.sum().wrong_answers, 0u);
  EXPECT_GE(seen.sum().answers, 5 * (short_slice.fewest_answers + 3));
}

TEST(request_clients, send_what_does_not_fit_into_a_socket_at_once) {
  requests::parameters const large{.bytes = 8 * 1024 * 1024};
  auto const seen =
      slices_of(2, large, [](std::span<std::byte const> request) { return bytes_of(requests::handle(request, 0)); },
                {.duration_ns = 0, .fewest_answers = 4, .patience_ns = 20'000'000'000});
  EXPECT_GE(seen.sum().answers, 6u);
  EXPECT_EQ(seen.sum().wrong_answers + seen.sum().lost, 0u);
}

TEST(request_clients, of_requests_without_payload_are_told_apart_by_their_numbers) {
  auto const handle = [](std::span<std::byte const> request) { return bytes_of(requests::handle(request, 0)); };
  EXPECT_EQ(slices_of(2, {}, handle, short_slice).sum().wrong_answers, 0u);
  auto const seen = slices_of(
      2, {},
      [&](std::span<std::byte const> request) {
        std::vector<std::byte> other(request.begin(), request.end());
        other[0] ^= std::byte{1};
        return handle(other);
      },
      short_slice);
  EXPECT_EQ(seen.sum().answers, 0u);
  EXPECT_GT(seen.sum().wrong_answers, 0u);
}

TEST(request_clients, find_a_server_that_answers_twice) {
  std::atomic<int> answered{0};
  auto const seen = slices_of(
      1, small_requests,
      [&answered](std::span<std::byte const> request) {
        auto bytes = right_reply(request);
        if (++answered == 10) bytes.insert(bytes.end(), bytes.begin(), bytes.end());
        return bytes;
      },
      impatient_slice);
  EXPECT_GT(seen.sum().wrong_answers, 0u);
}

TEST(request_clients, find_a_server_that_loses_a_request_and_give_up_on_it) {
  std::atomic<int> answered{0};
  auto const seen = slices_of(
      3, small_requests,
      [&answered](std::span<std::byte const> request) {
        return ++answered == 10 ? std::vector<std::byte>() : right_reply(request);
      },
      impatient_slice);
  EXPECT_EQ(seen.sum().lost, 1u);
  EXPECT_EQ(seen.sum().wrong_answers, 0u);
}

TEST(request_clients, give_up_on_one_that_is_never_answered_though_others_are) {
  auto const seen = slices_of(
      3, small_requests,
      [](std::span<std::byte const> request) {
        std::uint64_t const number = requests::handle(request, 0).number;
        return number >> 32 == 3 ? std::vector<std::byte>() : right_reply(request);
      },
      impatient_slice);
  EXPECT_EQ(seen.tallies[0].lost, 1u);
  EXPECT_EQ(seen.steady.answers, 0u);
  EXPECT_GT(seen.tallies[1].answers, 0u);
}

TEST(request_clients, find_a_server_that_mixes_up_two_payloads) {
  std::vector<std::byte> last;  // of whichever request came before
  std::atomic<int> answered{0};
  auto const seen = slices_of(
      1, small_requests,
      [&](std::span<std::byte const> request) {
        std::vector<std::byte> mixed(request.begin(), request.end());
        if (++answered == 10) std::copy(last.begin() + requests::header_bytes, last.end(), mixed.begin() + 8);
        last.assign(request.begin(), request.end());
        return right_reply(mixed);
      },
      short_slice);
  EXPECT_EQ(seen.sum().wrong_answers, 1u);
  EXPECT_EQ(seen.sum().lost, 0u);
}

}  // namespace
}  // namespace unitcost::load
