#include "impl/stackless/waiting/turns.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/completion_reactor.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::stackless_runtime {
namespace {

void run_two(turns::unit (*body)(turns&, unsigned)) { turns::run({}, 2, body); }

std::string told;

TEST(stackless_turns, run_units_in_their_order_round_after_round) {
  told.clear();
  turns::run(
      {}, 3, +[](turns& among, unsigned index) -> turns::unit {
        for (int round = 0; round < 3; ++round) {
          told += std::to_string(index);
          co_await among.give();
        }
      });
  EXPECT_EQ(told, "012012012");
}

TEST(stackless_turns, make_each_unit_when_it_is_to_begin_and_before_one_has_a_second_turn) {
  told.clear();
  turns::run({}, 2, [](turns& all, unsigned number) {
    told += "makes ";
    return [](turns& among, unsigned) -> turns::unit {
      told += "begins ";
      co_await among.give();
      told += "goes on ";
    }(all, number);
  });
  EXPECT_EQ(told, "makes begins makes begins goes on goes on ");
}

TEST(stackless_turns, throw_what_the_making_of_a_unit_throws_when_those_before_it_have_ended) {
  told.clear();
  auto const refusing = [](turns& all, unsigned number) {
    if (number == 1) throw std::bad_alloc();
    return [](turns& among) -> turns::unit {
      co_await among.give();
      told += "ends";
    }(all);
  };
  EXPECT_THROW(turns::run({}, 3, refusing), std::bad_alloc);
  EXPECT_EQ(told, "ends");
}

TEST(stackless_turns, let_a_unit_that_is_alone_go_on) {
  told.clear();
  turns::run(
      {}, 1, +[](turns& among, unsigned) -> turns::unit {
        co_await among.give();
        told += "back";
      });
  EXPECT_EQ(told, "back");
}

TEST(stackless_turns, run_a_parked_unit_no_sooner_than_it_is_woken) {
  told.clear();
  run_two([](turns& among, unsigned index) -> turns::unit {
    if (index == 0) {
      told += "parks ";
      co_await among.park();
      told += "goes on ";
    } else {
      co_await among.give();
      told += "wakes ";
      among.wake(0);
      told += "ends ";
    }
  });
  EXPECT_EQ(told, "parks wakes ends goes on ");
}

TEST(stackless_turns, run_at_once_whom_a_transfer_names_and_park_who_made_it) {
  told.clear();
  run_two([](turns& among, unsigned index) -> turns::unit {
    if (index == 0) {
      co_await among.park();
      told += "named ";
      among.wake(1);
      told += "ends ";
    } else {
      told += "transfers ";
      co_await among.transfer_to(0);
      told += "is back ";
    }
  });
  EXPECT_EQ(told, "transfers named ends is back ");
}

TEST(stackless_turns, throw_the_first_exception_that_left_a_unit_when_the_others_have_ended) {
  told.clear();
  auto const body = [](turns& among, unsigned index) -> turns::unit {
    co_await among.give();
    if (index > 0) throw std::runtime_error(std::to_string(index));
    co_await among.give();
    told += "ends";
  };
  try {
    turns::run({}, 3, body);
    FAIL() << "threw nothing";
  } catch (std::runtime_error const& first) {
    EXPECT_STREQ(first.what(), "1");
  }
  EXPECT_EQ(told, "ends");
  EXPECT_NO_THROW(turns::run(
      {}, 1, +[](turns&, unsigned) -> turns::unit { co_return; }))
      << "of another run";
}

/// Unit 0 reads from a stream that says nothing, unit 1 from `failing`.
turns::unit read_once(turns& among, int descriptor) {
  std::byte room[8];
  runtime::stream in(descriptor);
  co_await among.read_some(in, room);
}
void read_beside_one_that_waits(int silent, int failing) {
  turns::run({}, 2, [=](turns& among, unsigned index) { return read_once(among, index == 0 ? silent : failing); });
}

TEST(stackless_turns, throw_what_the_reactor_refuses_although_others_wait) {
  auto const pipe = runtime::open_pipe();
  runtime::owned_descriptor const file(::open("/proc/self/stat", O_RDONLY | O_CLOEXEC));
  EXPECT_THROW(read_beside_one_that_waits(pipe.reading.get(), file.get()), std::system_error);
}

turns::unit sleep_in_vain(turns& among) {
  co_await among.sleep_since(runtime::now_ns(), 1'000'000);
  ADD_FAILURE() << "an event was waited for after a unit had failed";
}
turns::unit fail_in_its_second_turn(turns& among) {
  co_await among.give();
  throw std::runtime_error("one unit's");
}
turns::unit park_in_its_second_turn(turns& among) {
  co_await among.give();
  co_await among.park();
}

TEST(stackless_turns, wait_for_no_event_when_a_unit_has_failed_and_the_next_suspends) {
  EXPECT_THROW(turns::run(
                   {}, 3,
                   +[](turns& among, unsigned index) {
                     if (index == 0) return sleep_in_vain(among);
                     return index == 1 ? fail_in_its_second_turn(among) : park_in_its_second_turn(among);
                   }),
               std::runtime_error);
}

/// Refuses to wait.
struct reactor_that_throws {
  bool start(runtime::stream&, runtime::transfer&) { return false; }
  void start_timer(runtime::timer&, std::int64_t, std::int64_t) {}
  void stop_timer(runtime::timer&) {}
  runtime::waiting* next_completed() { throw std::runtime_error("the reactor's"); }
  void abandon() {}
};

TEST(stackless_turns, throw_what_waiting_throws_and_let_nobody_go_on_for_that) {
  using turns_there = turns_over<reactor_that_throws>;
  EXPECT_THROW(turns_there::run(
                   {}, 1,
                   +[](turns_there& among, unsigned) -> turns_there::unit {
                     try {
                       co_await among.sleep_since(0, 1);
                     } catch (std::runtime_error const&) {
                     }
                     ADD_FAILURE() << "went on, though nothing has come";
                   }),
               std::runtime_error);
}

TEST(stackless_turns, throw_that_there_is_no_descriptor_for_the_reactor) {
  if (sanitizer_divisor != 1) GTEST_SKIP() << "the sanitizer itself needs a pipe to look whether an object is there";
  auto const pipe = runtime::open_pipe();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit const none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  EXPECT_THROW(read_beside_one_that_waits(pipe.reading.get(), pipe.reading.get()), limit_reached);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

/// Unit 0 reads from a pipe that has a byte only when its frame is gone; the next ones from a socket that says nothing;
/// the last fails.
struct reads_that_are_left {
  using turns_here = turns_over<runtime::completion_reactor>;
  static constexpr unsigned sockets = 300;  // streams that end: more than submissions are queued

  static turns::unit read_pipe(turns_here& among, runtime::pipe_ends const& pipe) {
    struct written_at_last {
      int writing;
      ~written_at_last() { EXPECT_EQ(::write(writing, "x", 1), 1); }
    } const after{pipe.writing.get()};
    std::byte room[8];
    runtime::stream in(pipe.reading.get());
    co_await among.read_some(in, room);
  }
  static turns::unit read_socket(turns_here& among, int silent) {
    std::byte room[8];
    runtime::stream in(silent);
    co_await among.read_some(in, room);
  }
  static turns::unit fail(turns_here& among) {
    co_await among.sleep_since(runtime::now_ns(), 1'000'000);  // until the kernel reads
    throw std::runtime_error("one unit's");
  }
};

TEST(stackless_turns, over_io_uring_call_back_what_units_read_before_their_frames_are_gone) {
  if (auto const why = runtime::io_uring_transfers::why_none(); !why.empty()) GTEST_SKIP() << why;
  using reads = reads_that_are_left;
  auto const pipe = runtime::open_pipe();
  std::array<int, 2> silent{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, silent.data()), 0);
  runtime::owned_descriptor const here(silent[0]), there(silent[1]);
  EXPECT_THROW(reads::turns_here::run({}, reads::sockets + 2,
                                      [&](reads::turns_here& among, unsigned index) {
                                        if (index == 0) return reads::read_pipe(among, pipe);
                                        if (index <= reads::sockets) return reads::read_socket(among, here.get());
                                        return reads::fail(among);
                                      }),
               std::runtime_error);
  pollfd written{.fd = pipe.reading.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&written, 1, 0), 1) << "nobody read it";
}

TEST(stackless_turns, grow_no_native_stack) {
  static std::uint64_t rounds;
  rounds = test_units(1'000'000);
  EXPECT_NO_FATAL_FAILURE(run_two([](turns& among, unsigned) -> turns::unit {
    for (std::uint64_t round = 0; round < rounds; ++round) co_await among.give();
  }));
}

turns::unit tells(turns& among, int number) {
  told += std::to_string(number);
  co_await among.give();
  told += std::to_string(number);
}

TEST(stackless_turns, begin_a_unit_that_is_started_at_once_and_who_started_it_behind_the_others) {
  told.clear();
  run_two([](turns& among, unsigned index) -> turns::unit {
    told += index == 0 ? "a" : "b";
    if (index == 0) {
      co_await among.start(tells(among, 1));
      told += "a";
      co_await among.start(tells(among, 2));
    }
  });
  EXPECT_EQ(told, "a1ba212");
}

TEST(stackless_turns, free_the_frames_of_started_units_that_have_ended) {
  static std::size_t most_alive;
  most_alive = 0;
  turns::run(
      {}, 1, +[](turns& among, unsigned) -> turns::unit {
        for (int unit = 0; unit < 1000; ++unit) {
          co_await among.start(tells(among, 1));
          co_await among.sleep_since(runtime::now_ns(),
                                     1);  // the thread looks for what has ended where nobody is ready
          most_alive = std::max(most_alive, frames_alive());
        }
      });
  EXPECT_LT(most_alive, 200u);
  EXPECT_EQ(frames_alive(), 0u);
}

}  // namespace
}  // namespace unitcost::stackless_runtime
