#include "impl/runtime/completion_reactor.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "tests/impl/runtime/completion_reactor_test.hpp"
#include "tests/injected_calls.hpp"

namespace unitcost::runtime {
namespace {

TEST_F(completion_reactor_test, has_nothing_to_give_when_nothing_was_started) {
  completion_reactor events;
  EXPECT_FALSE(events.has_waiting());
  EXPECT_EQ(events.next_completed(), nullptr);
}

TEST_F(completion_reactor_test, receives_message_after_message) {
  blocking_line line;
  completion_reactor events;
  stream on(line.here.get());
  for (int message = 0; message < 2000; ++message) {  // more than there are buffers
    read_of one;
    EXPECT_FALSE(events.start(on, one.what));
    line.arrives("word");
    ASSERT_EQ(events.next_completed(), &one.what);
    ASSERT_EQ(one.text(), "word");
    EXPECT_FALSE(events.has_waiting());
  }
}

TEST_F(completion_reactor_test, keeps_what_came_before_anybody_read_and_gives_it_in_its_order) {
  blocking_line line;
  completion_reactor events;
  stream on(line.here.get());
  read_of one(4);
  EXPECT_FALSE(events.start(on, one.what));
  line.arrives("0123456789");
  EXPECT_EQ(events.next_completed(), &one.what);
  read_of rest(4), last(4);
  EXPECT_TRUE(events.start(on, rest.what));
  EXPECT_TRUE(events.start(on, last.what));
  EXPECT_EQ(one.text() + rest.text() + last.text(), "0123456789");
}

TEST_F(completion_reactor_test, goes_on_when_there_were_no_buffers_left) {
  constexpr std::size_t streams = 40;  // of 16 buffers each: more than there are
  completion_reactor events;
  std::deque<blocking_line> lines(streams);
  std::deque<stream> all;
  std::deque<read_of> first;
  std::string const much(16 * provided_buffers::buffer_bytes, 'x');
  for (blocking_line& each : lines) {
    all.emplace_back(each.here.get());
    EXPECT_FALSE(events.start(all.back(), first.emplace_back(1).what));
    each.arrives(much);
  }
  for (std::size_t index = 0; index < streams; ++index) ASSERT_NE(events.next_completed(), nullptr);
  for (std::size_t index = 0; index < streams; ++index)
    for (std::size_t left = much.size() - 1; left > 0;) {
      read_of more(provided_buffers::buffer_bytes);
      if (!events.start(all[index], more.what)) {
        ASSERT_EQ(events.next_completed(), &more.what);
      }
      ASSERT_GT(more.what.result, 0);
      left -= static_cast<std::size_t>(more.what.result);
    }
}

TEST_F(completion_reactor_test, tells_the_end_after_the_last_bytes_and_again) {
  blocking_line line;
  completion_reactor events;
  stream on(line.here.get());
  read_of last, none, again;
  EXPECT_FALSE(events.start(on, last.what));
  line.arrives("bye");
  line.there.reset();
  EXPECT_EQ(events.next_completed(), &last.what);
  EXPECT_EQ(last.text(), "bye");
  if (!events.start(on, none.what)) {
    EXPECT_EQ(events.next_completed(), &none.what);
  }
  EXPECT_EQ(none.what.result, 0);
  EXPECT_TRUE(events.start(on, again.what));
  EXPECT_EQ(again.what.result, 0);
}

TEST_F(completion_reactor_test, writes_and_tells_how_much) {
  blocking_line line;
  completion_reactor events;
  stream on(line.here.get());
  std::array<std::byte, 5> const word{};
  transfer one{std::span<std::byte const>(word)};
  EXPECT_FALSE(events.start(on, one));
  EXPECT_EQ(events.next_completed(), &one);
  EXPECT_EQ(one.result, 5);
}

TEST_F(completion_reactor_test, hands_over_what_was_written_before_it_looks_for_what_has_come_meanwhile) {
  blocking_line line, other;
  completion_reactor events;
  stream on(line.here.get()), beside(other.here.get());
  read_of one, two;
  EXPECT_FALSE(events.start(on, one.what));
  EXPECT_FALSE(events.start(beside, two.what));
  line.arrives("word");
  EXPECT_EQ(events.next_completed(), &one.what);
  std::array<std::byte, 5> const word{};
  transfer answer{std::span<std::byte const>(word)};
  EXPECT_FALSE(events.start(on, answer));
  other.arrives("more");
  EXPECT_EQ(events.take_completed(), nullptr);
  EXPECT_NE(events.next_completed(), nullptr);
  std::array<std::byte, 8> room{};
  EXPECT_EQ(::recv(line.there.get(), room.data(), room.size(), MSG_DONTWAIT), 5);
  EXPECT_NE(events.next_completed(), nullptr);
}

TEST_F(completion_reactor_test, tells_a_writer_that_nobody_reads_any_more) {
  auto pipe = open_pipe();
  ::signal(SIGPIPE, SIG_IGN);
  completion_reactor events;
  stream on(pipe.writing.get());
  pipe.reading.reset();
  std::array<std::byte, 5> const word{};
  transfer one{std::span<std::byte const>(word)};
  EXPECT_FALSE(events.start(on, one));
  EXPECT_EQ(events.next_completed(), &one);
  EXPECT_EQ(one.result, -EPIPE);
  ::signal(SIGPIPE, SIG_DFL);
}

TEST_F(completion_reactor_test, reads_a_pipe_too) {
  auto pipe = open_pipe();
  completion_reactor events;
  stream in(pipe.reading.get()), out(pipe.writing.get());
  for (int message = 0; message < 3; ++message) {
    std::array<std::byte, 1> const byte{static_cast<std::byte>(message)};
    transfer write_one{std::span<std::byte const>(byte)};
    read_of one;
    EXPECT_FALSE(events.start(in, one.what));
    EXPECT_FALSE(events.start(out, write_one));
    EXPECT_NE(events.next_completed(), nullptr);
    EXPECT_NE(events.next_completed(), nullptr);
    EXPECT_EQ(one.what.result, 1);
    EXPECT_EQ(one.room[0], byte[0]);
  }
  EXPECT_FALSE(events.has_waiting());
}

TEST_F(completion_reactor_test, forgets_a_stream_that_still_receives) {
  blocking_line line, other;
  completion_reactor events;
  for (int again = 0; again < 1000; ++again) {  // more than submissions are queued
    stream gone(line.here.get());
    read_of one;
    EXPECT_FALSE(events.start(gone, one.what));
    line.arrives("wordmore");
    ASSERT_EQ(events.next_completed(), &one.what);
  }
  stream on(other.here.get());
  read_of one;
  EXPECT_FALSE(events.start(on, one.what));
  other.arrives("last");
  EXPECT_EQ(events.next_completed(), &one.what);
  EXPECT_EQ(one.text(), "last");
}

TEST_F(completion_reactor_test, forgets_a_stream_that_still_receives_while_the_kernel_takes_nothing) {
  constexpr std::size_t handed_over_at_once = 256;  // so that there is no room for more
  blocking_line line, other;
  completion_reactor events;
  std::optional<stream> gone(line.here.get());
  read_of one;
  EXPECT_FALSE(events.start(*gone, one.what));
  line.arrives("word");
  EXPECT_EQ(events.next_completed(), &one.what);
  std::array<std::byte, 1> const byte{};
  std::deque<stream> writers;
  std::deque<transfer> writes(handed_over_at_once, transfer{std::span<std::byte const>(byte)});
  for (transfer& each : writes) EXPECT_FALSE(events.start(writers.emplace_back(other.here.get()), each));
  {
    test::injected_calls const refused({.waits_fail_with = EIO});
    gone.reset();
    EXPECT_THROW(events.let_go(), std::system_error);
  }
  line.here.reset();
  for (std::size_t index = 0; index < writes.size(); ++index) ASSERT_NE(events.next_completed(), nullptr);
  events.let_go();
  std::byte none{};
  EXPECT_EQ(::recv(line.there.get(), &none, 1, MSG_DONTWAIT), 0) << "the peer sees the end";
}

TEST_F(completion_reactor_test, lets_go_of_a_stream_that_ended_while_only_timers_run) {
  blocking_line line;
  completion_reactor events;
  {
    stream gone(line.here.get());
    read_of one;
    EXPECT_FALSE(events.start(gone, one.what));
    line.arrives("word");
    EXPECT_EQ(events.next_completed(), &one.what);
  }
  line.here.reset();
  timer soon;
  events.start_timer(soon, now_ns(), 1'000'000);
  EXPECT_EQ(events.next_completed(), &soon);
  std::byte none{};
  EXPECT_EQ(::recv(line.there.get(), &none, 1, MSG_DONTWAIT), 0) << "the peer sees the end";
}

TEST_F(completion_reactor_test, rings_timers_beside_transfers) {
  blocking_line line;
  completion_reactor events;
  stream on(line.here.get());
  read_of one;
  timer soon;
  EXPECT_FALSE(events.start(on, one.what));
  std::int64_t const begun_ns = now_ns();
  events.start_timer(soon, now_ns(), 1'000'000);
  EXPECT_EQ(events.next_completed(), &soon);
  EXPECT_GE(now_ns(), begun_ns + 1'000'000);
  line.arrives("word");
  EXPECT_EQ(events.next_completed(), &one.what);
}

}  // namespace
}  // namespace unitcost::runtime
