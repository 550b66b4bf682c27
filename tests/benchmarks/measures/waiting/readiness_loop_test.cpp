#include "benchmarks/measures/waiting/readiness_loop.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <vector>

#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::measures {
namespace {

std::vector<std::uint32_t> told_by(ready_units& ready) {
  auto const told = ready.wait();
  return {told.begin(), told.end()};
}

TEST(ready_units, tells_of_a_unit_once_however_many_of_its_descriptors_are_ready) {
  auto const first = runtime::open_pipe(), second = runtime::open_pipe();
  ready_units ready(8);
  ready.watch(first.writing.get(), 5);
  ready.watch(second.writing.get(), 5);
  EXPECT_EQ(told_by(ready), std::vector<std::uint32_t>{5});
}

TEST(ready_units, tells_again_when_something_has_come) {
  auto const pipe = runtime::open_pipe();
  ready_units ready(2);
  ready.watch(pipe.reading.get(), 1);
  std::byte const one{};
  for (int message = 0; message < 3; ++message) {
    EXPECT_EQ(runtime::write_some(pipe.writing.get(), {&one, 1}), 1);
    EXPECT_EQ(told_by(ready), std::vector<std::uint32_t>{1});
    EXPECT_FALSE(ready.has_hung_up(1));
  }
}

TEST(ready_units, knows_whose_peer_has_gone) {
  auto pipe = runtime::open_pipe();
  ready_units ready(2);
  ready.watch(pipe.reading.get(), 0);
  pipe.writing.reset();
  EXPECT_EQ(told_by(ready), std::vector<std::uint32_t>{0});
  EXPECT_TRUE(ready.has_hung_up(0));
}

TEST(ready_units, does_not_tell_of_who_is_forgotten) {
  auto gone = runtime::open_pipe();
  auto const other = runtime::open_pipe();
  ready_units ready(2);
  ready.watch(gone.reading.get(), 0);
  ready.forget(0);
  gone.writing.reset();
  ready.watch(other.writing.get(), 1);
  EXPECT_EQ(told_by(ready), std::vector<std::uint32_t>{1});
}

TEST(calls_while_ready, ask_no_more_when_a_read_fell_short_unless_nothing_else_will_come) {
  auto const pipe = runtime::open_pipe();
  runtime::stream in(pipe.reading.get());
  std::byte room[8]{};
  for (bool const has_hung_up : {false, true}) {
    EXPECT_EQ(runtime::write_some(pipe.writing.get(), std::span<std::byte const>(room).first(3)), 3);
    calls_while_ready calls{has_hung_up};
    EXPECT_EQ(calls.read_some(in, room), 3);
    EXPECT_EQ(calls.is_drained, !has_hung_up);
    if (!has_hung_up) {
      EXPECT_EQ(calls.read_some(in, room), -EAGAIN);
    }
  }
}

}  // namespace
}  // namespace unitcost::measures
