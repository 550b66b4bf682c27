// What tests of the reactor over io_uring share.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "impl/runtime/completion_reactor.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::runtime {

class completion_reactor_test : public testing::Test {
 protected:
  void SetUp() override {
    if (auto const why = io_uring_transfers::why_none(); !why.empty()) GTEST_SKIP() << why;
  }
};

struct blocking_line {
  blocking_line() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    here = owned_descriptor(ends[0]);
    there = owned_descriptor(ends[1]);
  }
  void arrives(std::string_view text) const {
    EXPECT_EQ(::write(there.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  owned_descriptor here, there;
};

struct read_of {
  explicit read_of(std::size_t bytes = 16) : room(bytes) {}
  std::vector<std::byte> room;
  transfer what{std::span<std::byte>(room)};
  std::string text() const {
    return {reinterpret_cast<char const*>(room.data()), static_cast<std::size_t>(what.result)};
  }
};

}  // namespace unitcost::runtime
