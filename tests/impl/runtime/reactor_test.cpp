#include "impl/runtime/reactor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "impl/runtime/clock.hpp"
#include "tests/injected_calls.hpp"

namespace unitcost::runtime {
namespace {

/// Two ends of a connection, of which `here` is the reactor's.
struct connection {
  connection() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    here = owned_descriptor(ends[0]);
    there = owned_descriptor(ends[1]);
  }
  void arrives(std::string_view text) const {
    EXPECT_EQ(::write(there.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  owned_descriptor here, there;
};

struct reading {
  std::array<std::byte, 16> room{};
  transfer what{std::span<std::byte>(room)};

  std::string text() const {
    return {reinterpret_cast<char const*>(room.data()), static_cast<std::size_t>(what.result)};
  }
};

/// More than a socket takes at once.
std::vector<std::byte> too_much() { return std::vector<std::byte>(8 << 20); }

TEST(reactor, has_nothing_to_give_when_nothing_was_started) {
  reactor events;
  EXPECT_FALSE(events.has_waiting());
  EXPECT_EQ(events.next_completed(), nullptr);
}

TEST(reactor, completes_a_read_when_bytes_come) {
  connection line;
  reactor events;
  stream on(line.here.get());
  reading one;
  EXPECT_FALSE(events.start(on, one.what));
  EXPECT_TRUE(events.has_waiting());
  line.arrives("word");
  EXPECT_EQ(events.next_completed(), &one.what);
  EXPECT_EQ(one.text(), "word");
  EXPECT_FALSE(events.has_waiting());
}

TEST(reactor, reads_once_for_each_message_and_never_in_vain) {
  connection line;
  reactor events;
  stream on(line.here.get());
  line.arrives("first");  // before anybody waits
  test::injected_calls const calls({});
  for (int message = 0; message < 3; ++message) {
    reading one;
    EXPECT_FALSE(events.start(on, one.what));
    if (message > 0) line.arrives("later");
    EXPECT_EQ(events.next_completed(), &one.what);
  }
  EXPECT_EQ(calls.reads(), 3u);
}

TEST(reactor, reads_on_at_once_where_a_read_was_filled) {
  connection line;
  reactor events;
  stream on(line.here.get());
  line.arrives("0123456789abcdefghi");
  reading one, more;
  EXPECT_FALSE(events.start(on, one.what));
  EXPECT_EQ(events.next_completed(), &one.what);
  EXPECT_EQ(one.text(), "0123456789abcdef");
  EXPECT_TRUE(events.start(on, more.what));
  EXPECT_EQ(more.text(), "ghi");
}

TEST(reactor, waits_again_where_a_filled_read_had_taken_all) {
  connection line;
  reactor events;
  stream on(line.here.get());
  line.arrives("0123456789abcdef");
  reading one, more;
  EXPECT_FALSE(events.start(on, one.what));
  EXPECT_EQ(events.next_completed(), &one.what);
  EXPECT_FALSE(events.start(on, more.what));
  line.arrives("x");
  EXPECT_EQ(events.next_completed(), &more.what);
  EXPECT_EQ(more.text(), "x");
}

TEST(reactor, tells_the_end_that_came_with_the_last_bytes) {
  connection line;
  reactor events;
  stream on(line.here.get());
  line.arrives("bye");
  line.there.reset();
  reading last, none;
  EXPECT_FALSE(events.start(on, last.what));
  EXPECT_EQ(events.next_completed(), &last.what);
  EXPECT_EQ(last.text(), "bye");
  EXPECT_TRUE(events.start(on, none.what));  // no event would come any more
  EXPECT_EQ(none.what.result, 0);
}

TEST(reactor, tells_the_end_that_came_while_a_unit_waited) {
  connection line;
  reactor events;
  stream on(line.here.get());
  reading one;
  EXPECT_FALSE(events.start(on, one.what));
  line.there.reset();
  EXPECT_EQ(events.next_completed(), &one.what);
  EXPECT_EQ(one.what.result, 0);
}

TEST(reactor, writes_at_once_what_there_is_room_for_and_the_rest_when_there_is_again) {
  connection line;
  reactor events;
  stream on(line.here.get());
  std::vector<std::byte> const much = too_much();
  transfer first{std::span<std::byte const>(much)};
  EXPECT_TRUE(events.start(on, first));
  ASSERT_GT(first.result, 0);
  ASSERT_LT(first.result, static_cast<transferred>(much.size()));
  transfer second{std::span<std::byte const>(much)};
  EXPECT_FALSE(events.start(on, second));
  std::vector<std::byte> taken(much.size());
  EXPECT_EQ(read_some(line.there.get(), taken), first.result);
  EXPECT_EQ(events.next_completed(), &second);
  EXPECT_GT(second.result, 0);
}

TEST(reactor, wakes_a_writer_whose_peer_sends_no_more_and_reads_on) {
  connection line;
  reactor events;
  stream on(line.here.get());
  reading end;
  EXPECT_FALSE(events.start(on, end.what));
  ::shutdown(line.there.get(), SHUT_WR);
  EXPECT_EQ(events.next_completed(), &end.what);
  std::vector<std::byte> const much = too_much();
  transfer first{std::span<std::byte const>(much)}, second{std::span<std::byte const>(much)};
  EXPECT_TRUE(events.start(on, first));
  EXPECT_FALSE(events.start(on, second));
  std::vector<std::byte> taken(much.size());
  EXPECT_EQ(read_some(line.there.get(), taken), first.result);
  EXPECT_EQ(events.next_completed(), &second);
}

TEST(reactor, tells_a_writer_that_nobody_reads_any_more) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  owned_descriptor reading_end(ends[0]), writing_end(ends[1]);
  ::signal(SIGPIPE, SIG_IGN);
  reactor events;
  stream on(writing_end.get());
  std::vector<std::byte> const much = too_much();
  transfer first{std::span<std::byte const>(much)}, second{std::span<std::byte const>(much)};
  EXPECT_TRUE(events.start(on, first));
  EXPECT_FALSE(events.start(on, second));
  reading_end.reset();
  EXPECT_EQ(events.next_completed(), &second);
  EXPECT_EQ(second.result, -EPIPE);
  ::signal(SIGPIPE, SIG_DFL);
}

TEST(reactor, serves_a_reader_and_a_writer_of_one_stream_by_one_event) {
  connection line;
  reactor events;
  stream on(line.here.get());
  std::vector<std::byte> const much = too_much();
  transfer first{std::span<std::byte const>(much)}, second{std::span<std::byte const>(much)};
  reading one;
  EXPECT_TRUE(events.start(on, first));
  EXPECT_FALSE(events.start(on, second));
  EXPECT_FALSE(events.start(on, one.what));
  std::vector<std::byte> taken(much.size());
  EXPECT_GT(read_some(line.there.get(), taken), 0);
  line.arrives("word");
  EXPECT_EQ(events.next_completed(), &one.what);
  EXPECT_EQ(events.next_completed(), &second);
  EXPECT_FALSE(events.has_waiting());
}

TEST(reactor, is_not_confused_by_a_signal) {
  connection line;
  reactor events;
  stream on(line.here.get());
  line.arrives("word");
  test::injected_calls const calls({.interrupted_every = 2});
  for (int message = 0; message < 2; ++message) {
    reading one;
    EXPECT_FALSE(events.start(on, one.what));
    if (message > 0) line.arrives("word");
    EXPECT_EQ(events.next_completed(), &one.what);
    EXPECT_EQ(one.text(), "word");
  }
  EXPECT_GT(calls.interrupted(), 0u);
}

TEST(reactor, forgets_a_stream_whose_event_is_still_to_be_told) {
  connection line, other;
  reactor events;
  stream on(line.here.get());
  reading one, two;
  EXPECT_FALSE(events.start(on, one.what));
  {
    stream gone(other.here.get());
    EXPECT_FALSE(events.start(gone, two.what));
    other.arrives("word");
    line.arrives("word");
    EXPECT_NE(events.next_completed(), nullptr);
    EXPECT_NE(events.next_completed(), nullptr);
    line.arrives("more");
    other.arrives("more");  // its event is told with the next, and nobody waits for it
    EXPECT_FALSE(events.start(on, one.what));
    events.wait();
  }
  EXPECT_EQ(events.take_completed(), &one.what);
  EXPECT_EQ(one.text(), "more");
  EXPECT_EQ(events.next_completed(), nullptr);
}

TEST(reactor, rings_timers_beside_transfers) {
  connection line;
  reactor events;
  stream on(line.here.get());
  reading one;
  timer soon;
  EXPECT_FALSE(events.start(on, one.what));
  std::int64_t const begun_ns = now_ns();
  events.start_timer(soon, now_ns(), 1'000'000);
  EXPECT_EQ(events.next_completed(), &soon);
  EXPECT_GE(now_ns(), begun_ns + 1'000'000);
  EXPECT_TRUE(events.has_waiting());
  line.arrives("word");
  EXPECT_EQ(events.next_completed(), &one.what);
}

TEST(reactor, returns_from_a_wait_that_is_bounded) {
  connection line;
  reactor events;
  stream on(line.here.get());
  reading one;
  EXPECT_FALSE(events.start(on, one.what));
  std::int64_t const until_ns = now_ns() + 1'000'000;
  while (now_ns() < until_ns) events.wait(until_ns);
  EXPECT_EQ(events.take_completed(), nullptr);
  line.there.reset();
  EXPECT_EQ(events.next_completed(), &one.what);
}

TEST(reactor, leaves_a_descriptor_to_its_close_where_the_stream_closes_it) {
  connection line;
  reactor events;
  int const descriptor = line.here.get();
  {
    stream on(std::move(line.here));
    reading one;
    EXPECT_FALSE(events.start(on, one.what));
    line.arrives("word");
    EXPECT_EQ(events.next_completed(), &one.what);
  }
  EXPECT_EQ(::fcntl(descriptor, F_GETFD), -1);
  EXPECT_FALSE(events.has_waiting());
}

TEST(reactor, refuses_what_cannot_be_waited_for) {
  owned_descriptor const file(::open("/proc/self/stat", O_RDONLY | O_CLOEXEC));
  reactor events;
  stream on(file.get());
  reading one;
  EXPECT_THROW(events.start(on, one.what), std::system_error);
  EXPECT_FALSE(events.has_waiting());
}

}  // namespace
}  // namespace unitcost::runtime
