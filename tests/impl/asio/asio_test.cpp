#include "impl/asio/asio.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "benchmarks/load/loopback.hpp"
#include "impl/asio/channel.hpp"
#include "impl/asio/turns.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "tests/injected_calls.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::asio_runtime {
namespace {

using transferred = runtime::transferred;

constexpr std::int64_t short_ns = 20'000'000;

/// What the units of a test have done, in its order.
std::string steps;

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

std::span<std::byte const> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

void run_units(unsigned units, turns::unit (*body)(turns&, unsigned)) { turns::run({}, units, body); }

/// A pipe that does not block.
struct line {
  line() {
    for (int const end : {ends.reading.get(), ends.writing.get()}) load::make_non_blocking(end);
  }
  int reading() const { return ends.reading.get(); }
  int writing() const { return ends.writing.get(); }

  runtime::pipe_ends ends = runtime::open_pipe();
};

/// What one read comes to. `text` is what came.
task<transferred> read_once(turns& among, runtime::stream& from, std::string& text) {
  std::array<std::byte, 16> room;
  transferred const count = co_await among.read_some(from, room);
  if (count > 0) text.assign(reinterpret_cast<char const*>(room.data()), static_cast<std::size_t>(count));
  co_return count;
}

/// What the only unit of a run reads once from a descriptor.
transferred read_alone(int descriptor) {
  transferred count = -1;
  turns::run({}, 1, [&](turns& all, unsigned) {
    return [](turns& among, int from, transferred& came) -> turns::unit {
      runtime::stream in(from);
      std::string text;
      came = co_await read_once(among, in, text);
    }(all, descriptor, count);
  });
  return count;
}

TEST(asio_turns, run_every_unit_once_on_the_calling_thread) {
  unsigned const units = static_cast<unsigned>(test_units(1000));
  std::vector<unsigned> ran(units);
  std::thread::id const caller = std::this_thread::get_id();
  bool on_caller = true;
  turns::run({}, units, [&](turns& all, unsigned index) {
    return [](turns& among, unsigned& count, std::thread::id expected, bool& as_expected) -> turns::unit {
      co_await among.give();
      ++count;
      as_expected &= std::this_thread::get_id() == expected;
    }(all, ran[index], caller, on_caller);
  });
  EXPECT_EQ(ran, std::vector<unsigned>(units, 1));
  EXPECT_TRUE(on_caller);
}

TEST(asio_turns, run_units_in_their_order_round_after_round) {
  steps.clear();
  run_units(3, [](turns& among, unsigned index) -> turns::unit {
    for (int round = 0; round < 3; ++round) {
      steps += std::to_string(index);
      co_await among.give();
    }
  });
  EXPECT_EQ(steps, "012012012");
}

TEST(asio_turns, let_the_others_run_while_one_sleeps_as_long_as_it_asked) {
  steps.clear();
  static std::int64_t slept_ns;
  run_units(2, [](turns& among, unsigned index) -> turns::unit {
    if (index == 1) {
      steps += "runs ";
      co_return;
    }
    steps += "sleeps ";
    std::int64_t const begun_ns = runtime::now_ns();
    co_await among.sleep_since(runtime::now_ns(), short_ns);
    slept_ns = runtime::now_ns() - begun_ns;
    steps += "wakes ";
  });
  EXPECT_EQ(steps, "sleeps runs wakes ");
  EXPECT_GE(slept_ns, short_ns);
}

TEST(asio_turns, bring_what_was_written_to_who_waits_for_it_and_no_more_than_there_is) {
  static line* between;
  static std::string came;
  line only;
  between = &only;
  steps.clear();
  run_units(2, [](turns& among, unsigned index) -> turns::unit {
    runtime::stream end(index == 0 ? between->reading() : between->writing());
    if (index == 0) {
      steps += "waits ";
      EXPECT_EQ(co_await read_once(among, end, came), 4);
      steps += "has it ";
    } else {
      steps += "writes ";
      EXPECT_EQ(co_await among.write_some(end, bytes_of("word")), 4);
    }
  });
  EXPECT_EQ(steps, "waits writes has it ");
  EXPECT_EQ(came, "word");
}

TEST(asio_turns, ask_once_in_vain_for_each_wait_as_asio_does) {
  static line *there, *back;
  line first, second;
  there = &first, back = &second;
  test::injected_calls const calls({});
  run_units(2, [](turns& among, unsigned index) -> turns::unit {
    runtime::stream in(index == 0 ? back->reading() : there->reading());
    runtime::stream out(index == 0 ? there->writing() : back->writing());
    std::string text;
    for (int message = 0; message < 10; ++message) {
      if (index == 0) co_await among.write_some(out, bytes_of("x"));
      co_await read_once(among, in, text);
      if (index == 1) co_await among.write_some(out, bytes_of("x"));
    }
  });
  EXPECT_EQ(calls.reads(), 20u + 19u);  // the first message is there before its reader asks
}

TEST(asio_turns, let_a_writer_wait_until_there_is_room) {
  static line* between;
  line only;
  between = &only;
  static std::vector<std::byte> message;
  message.assign(200'000, std::byte{7});  // more than a pipe takes
  static std::size_t read;
  read = 0;
  run_units(2, [](turns& among, unsigned index) -> turns::unit {
    runtime::stream end(index == 0 ? between->writing() : between->reading());
    if (index == 0) {
      for (std::span<std::byte const> left(message); !left.empty();)
        left = left.subspan(static_cast<std::size_t>(co_await among.write_some(end, left)));
    } else {
      std::vector<std::byte> room(message.size());
      while (read < message.size()) read += static_cast<std::size_t>(co_await among.read_some(end, room));
    }
  });
  EXPECT_EQ(read, message.size());
}

TEST(asio_turns, tell_the_end_of_a_stream_by_nought) {
  line only;
  only.ends.writing.reset();
  EXPECT_EQ(read_alone(only.reading()), 0);
}

TEST(asio_turns, tell_a_connection_that_was_reset_by_its_number) {
  auto connections = load::connect_loopback(1);
  load::make_non_blocking(connections[0].server.get());
  linger const at_once{.l_onoff = 1, .l_linger = 0};
  ASSERT_EQ(::setsockopt(connections[0].client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
  connections[0].client.reset();
  EXPECT_EQ(read_alone(connections[0].server.get()), -ECONNRESET);
}

TEST(asio_turns, tell_a_writer_that_its_reader_is_gone) {
  auto const before = std::signal(SIGPIPE, SIG_IGN);
  static line* between;
  line only;
  only.ends.reading.reset();
  between = &only;
  run_units(1, [](turns& among, unsigned) -> turns::unit {
    runtime::stream out(between->writing());
    EXPECT_EQ(co_await among.write_some(out, bytes_of("x")), -EPIPE);
  });
  std::signal(SIGPIPE, before);
}

TEST(asio_turns, throw_what_left_a_unit_and_end_those_that_wait) {
  static line* between;
  line only;
  between = &only;
  static int ended;
  ended = 0;
  struct end_counter {
    ~end_counter() { ++ended; }
  };
  auto const failing = +[](turns& among, unsigned index) -> turns::unit {
    end_counter const counter;
    runtime::stream in(between->reading());
    std::string text;
    if (index == 0) co_await read_once(among, in, text);  // nobody writes
    if (index == 1) co_await among.sleep_since(runtime::now_ns(), 3600'000'000'000);
    throw std::runtime_error("the unit's own");
  };
  std::ptrdiff_t const before = open_descriptors();
  EXPECT_THROW(turns::run({}, 3, failing), std::runtime_error);
  EXPECT_EQ(ended, 3);
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(::write(only.writing(), "x", 1), 1);  // the pipe is its owner's as before
  EXPECT_EQ(read_alone(only.reading()), 1);
}

TEST(asio_turns, give_each_descriptor_back_with_its_stream_and_leave_none_behind) {
  static line* between;
  line only;
  between = &only;
  std::ptrdiff_t const before = open_descriptors();
  for (int run = 0; run < 2; ++run)
    run_units(1, [](turns& among, unsigned) -> turns::unit {
      for (int stream = 0; stream < 3; ++stream) {
        runtime::stream in(between->reading()), out(between->writing());
        std::string text;
        EXPECT_EQ(co_await among.write_some(out, bytes_of("x")), 1);
        EXPECT_EQ(co_await read_once(among, in, text), 1);
      }
    });
  EXPECT_EQ(open_descriptors(), before);
}

/// Sends 100, 99 … 0, which is the end.
std::uint64_t sum_of_what_came(std::size_t capacity) {
  static channel<std::uint64_t>* between;
  static std::uint64_t sum;
  channel<std::uint64_t> fresh(capacity);
  between = &fresh;
  sum = 0;
  run_units(2, [](turns& among, unsigned index) -> turns::unit {
    for (std::uint64_t item = 101; item-- > 0;) {
      if (index == 0) {
        co_await between->put(among, item);
      } else {
        std::uint64_t const came = co_await between->get(among);
        EXPECT_EQ(came, item);
        sum += came;
      }
    }
  });
  return sum;
}

TEST(asio_channel, brings_every_item_in_its_order_whatever_its_capacity) {
  for (std::size_t const capacity : {1u, 3u, 200u}) EXPECT_EQ(sum_of_what_came(capacity), 5050u) << capacity;
}

TEST(asio_model, refuses_task_graphs_with_the_reason) {
  models::asio model({}, {});
  auto const spawning = []() -> task<int> {
    int result = 0;
    co_await models::asio::spawn(result, []() -> task<int> { co_return 1; }());
    co_await models::asio::join();
    co_return result;
  };
  EXPECT_THROW(model.run(spawning()), not_supported);
}

}  // namespace
}  // namespace unitcost::asio_runtime
