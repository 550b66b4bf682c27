// What becomes of connections that come to a door, by either reactor.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <deque>

#include "benchmarks/load/loopback.hpp"
#include "impl/runtime/completion_reactor.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/reactor.hpp"
#include "tests/impl/runtime/completion_reactor_test.hpp"

namespace unitcost::runtime {
namespace {

TEST(reactor, accepts_all_that_have_come_and_then_waits) {
  load::listener const door;
  load::make_non_blocking(door.descriptor());
  reactor events;
  stream on(door.descriptor());
  auto const first = door.connect(), second = door.connect();
  for (bool const waits : {true, false}) {
    transfer taken{next_connection()};
    EXPECT_EQ(events.start(on, taken), !waits);
    if (waits) {
      EXPECT_EQ(events.next_completed(), &taken);
    }
    owned_descriptor const accepted(static_cast<int>(taken.result));
    EXPECT_NE(::fcntl(accepted.get(), F_GETFL) & O_NONBLOCK, 0);
  }
  transfer none{next_connection()};
  EXPECT_FALSE(events.start(on, none));
  auto const third = door.connect();
  EXPECT_EQ(events.next_completed(), &none);
  owned_descriptor const accepted(static_cast<int>(none.result));
  EXPECT_GE(accepted.get(), 0);
}

TEST(reactor, tells_who_waits_to_accept_that_the_door_is_shut) {
  load::listener const door;
  load::make_non_blocking(door.descriptor());
  reactor events;
  stream on(door.descriptor());
  transfer next{next_connection()};
  EXPECT_FALSE(events.start(on, next));
  door.shut_down();
  EXPECT_EQ(events.next_completed(), &next);
  EXPECT_EQ(next.result, -EINVAL);
}

owned_descriptor accept_one_by(completion_reactor& events, stream& on) {
  transfer taken{next_connection()};
  if (!events.start(on, taken)) {
    EXPECT_EQ(events.next_completed(), &taken);
  }
  return owned_descriptor(static_cast<int>(taken.result));
}

TEST_F(completion_reactor_test, accepts_whoever_comes_and_keeps_them_for_who_asks_next) {
  load::listener const door;
  completion_reactor events;
  stream on(door.descriptor());
  std::deque<owned_descriptor> visitors;
  for (int wave = 0; wave < 3; ++wave) {
    for (int more = 0; more < 5; ++more) visitors.push_back(door.connect());
    for (int more = 0; more < 5; ++more) {
      owned_descriptor const taken_up = accept_one_by(events, on);
      ASSERT_GE(taken_up.get(), 0);
      EXPECT_EQ(::write(taken_up.get(), "word", 4), 4);
    }
    for (; !visitors.empty(); visitors.pop_front()) {
      std::array<std::byte, 4> room{};
      EXPECT_EQ(::recv(visitors.front().get(), room.data(), room.size(), 0), 4);
    }
  }
}

TEST_F(completion_reactor_test, closes_connections_that_nobody_asked_for) {
  load::listener const door;
  blocking_line line;
  owned_descriptor const first = door.connect();
  owned_descriptor second;
  {
    completion_reactor events;
    stream on(door.descriptor()), beside(line.here.get());
    EXPECT_GE(accept_one_by(events, on).get(), 0);
    second = door.connect();
    read_of word;
    EXPECT_FALSE(events.start(beside, word.what));
    line.arrives("word");
    EXPECT_EQ(events.next_completed(), &word.what);
  }
  door.shut_down();  // which is no end for those that were taken up
  std::byte none{};
  EXPECT_LE(::recv(second.get(), &none, 1, MSG_DONTWAIT), 0);
  EXPECT_NE(errno, EAGAIN);
}

TEST_F(completion_reactor_test, tells_each_who_asks_that_the_door_is_shut) {
  load::listener const door;
  completion_reactor events;
  stream on(door.descriptor());
  transfer next{next_connection()}, again{next_connection()};
  EXPECT_FALSE(events.start(on, next));
  door.shut_down();
  EXPECT_EQ(events.next_completed(), &next);
  EXPECT_EQ(next.result, -EINVAL);
  EXPECT_FALSE(events.start(on, again));
  EXPECT_EQ(events.next_completed(), &again);
  EXPECT_EQ(again.result, -EINVAL);
}

}  // namespace
}  // namespace unitcost::runtime
