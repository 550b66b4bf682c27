#include "impl/runtime/epoll_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <system_error>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/reactor.hpp"
#include "tests/injected_calls.hpp"

namespace unitcost::runtime {
namespace {

using testing::AllOf, testing::HasSubstr, testing::Not, testing::ThrowsMessage;

/// Of the call that waits for as long as it takes, and of the newer one.
auto const blames_epoll_wait =
    ThrowsMessage<std::system_error>(AllOf(HasSubstr("by epoll_wait"), Not(HasSubstr("Linux"))));
auto const blames_epoll_pwait2 = ThrowsMessage<std::system_error>(HasSubstr("by epoll_pwait2, which needs Linux 5.11"));

TEST(epoll_set, names_the_call_that_failed) {
  epoll_set events;
  test::injected_calls const refused({.waits_fail_with = ENOSYS});
  EXPECT_THAT([&] { events.wait(); }, blames_epoll_wait);
  EXPECT_THAT([&] { events.wait(0); }, blames_epoll_wait);
  EXPECT_THAT([&] { events.wait(1'000'000); }, blames_epoll_pwait2);
}

TEST(epoll_set, advises_a_newer_kernel_only_where_that_would_help) {
  epoll_set events;
  test::injected_calls const refused({.waits_fail_with = EFAULT});
  EXPECT_THAT([&] { events.wait(1'000'000); }, ThrowsMessage<std::system_error>(Not(HasSubstr("Linux"))));
}

TEST(epoll_set, is_what_a_reactor_names_its_calls_like) {
  auto const pipe = open_pipe();
  reactor events;
  stream on(pipe.reading.get());
  std::array<std::byte, 1> room{};
  transfer one{std::span<std::byte>(room)};
  EXPECT_FALSE(events.start(on, one));
  test::injected_calls const refused({.waits_fail_with = ENOSYS});
  EXPECT_THAT([&] { events.wait(); }, blames_epoll_wait);
  EXPECT_THAT([&] { events.wait(now_ns() + 1'000'000'000); }, blames_epoll_pwait2);
}

}  // namespace
}  // namespace unitcost::runtime
