// What units see of their descriptors where the kernel makes the transfers by itself, whatever the model.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>

#include "benchmarks/measures/together.hpp"
#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/ways.hpp"
#include "tests/impl/roomy_stacks.hpp"
#include "tests/injected_calls.hpp"

namespace unitcost {
namespace {

struct wire {
  wire() {
    std::array<int, 2> both{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()), 0);
    ends[0] = runtime::owned_descriptor(both[0]);
    ends[1] = runtime::owned_descriptor(both[1]);
  }
  void say(std::string_view text) const {
    EXPECT_EQ(::send(ends[1].get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  std::array<runtime::owned_descriptor, 2> ends;
};

/// What unit i reads from its end of wire i, until that ends.
struct readings {
  static constexpr unsigned units = 3;
  std::array<wire, units> wires;
  std::array<std::string, units> texts;
  std::array<runtime::transferred, units> last{};

  void note(unsigned index, std::span<std::byte const> came) {
    for (std::byte const each : came) texts[index] += static_cast<char>(each);
  }
};

struct reading_to_the_end {
  template <class Model>
  static void direct(typename Model::context& unit, readings& all, unsigned index) {
    runtime::stream in(all.wires[index].ends[0].get());
    std::array<std::byte, 4> room;
    while ((all.last[index] = unit.read_some(in, room)) > 0)
      all.note(index, std::span(room).first(static_cast<std::size_t>(all.last[index])));
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, readings& all, unsigned index) {
    runtime::stream in(all.wires[index].ends[0].get());
    std::array<std::byte, 4> room;
    while ((all.last[index] = co_await among.read_some(in, room)) > 0)
      all.note(index, std::span(room).first(static_cast<std::size_t>(all.last[index])));
  }
};

/// Unit 0 writes more than a socket holds to unit 1.
struct filling {
  static constexpr std::size_t bytes = 3 << 20;
  wire between;
  std::string sent = std::string(bytes, '?'), came = std::string(bytes, ' ');

  filling() {
    for (std::size_t index = 0; index < bytes; ++index) sent[index] = static_cast<char>(index % 251);
  }
};

struct writing_much {
  template <class Model>
  static void direct(typename Model::context& unit, filling& all, unsigned index) {
    runtime::stream end(all.between.ends[index].get());
    for (std::size_t done = 0; done < filling::bytes;) {
      auto const count = index == 0 ? unit.write_some(end, std::as_bytes(std::span(all.sent)).subspan(done))
                                    : unit.read_some(end, std::as_writable_bytes(std::span(all.came)).subspan(done));
      if (count <= 0) return;
      done += static_cast<std::size_t>(count);
    }
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, filling& all, unsigned index) {
    runtime::stream end(all.between.ends[index].get());
    for (std::size_t done = 0; done < filling::bytes;) {
      runtime::transferred count = 0;
      if (index == 0)
        count = co_await among.write_some(end, std::as_bytes(std::span(all.sent)).subspan(done));
      else
        count = co_await among.read_some(end, std::as_writable_bytes(std::span(all.came)).subspan(done));
      if (count <= 0) co_return;
      done += static_cast<std::size_t>(count);
    }
  }
};

template <class Model>
class over_io_uring : public testing::Test {
 protected:
  void SetUp() override {
    if (auto const why = Model::why_not_here(); !why.empty()) GTEST_SKIP() << why;
  }

  template <class Body, class Shared>
  static void run(unsigned units, Shared& shared) {
    measures::run_together<Body, Model>(with_roomy_stacks<Model>(), {.workers = 1, .cpus = {}}, units, shared);
  }
};

template <class... Models>
testing::Types<Models...> types_of(model_list<Models...>);
template <class... Ways>
constexpr auto over_io_uring_of(model_list<Ways...>) {
  return (model_list<>() + ... + std::conditional_t<Ways::way == "over:io_uring", model_list<Ways>, model_list<>>());
}
using ways_over_io_uring = decltype(types_of(over_io_uring_of(all_ways())));
TYPED_TEST_SUITE(over_io_uring, ways_over_io_uring);

TYPED_TEST(over_io_uring, units_read_what_came_in_its_order_and_then_the_end) {
  readings all;
  for (wire const& each : all.wires) {
    each.say("0123456789");
    ::shutdown(each.ends[1].get(), SHUT_WR);
  }
  this->template run<reading_to_the_end>(readings::units, all);
  for (unsigned unit = 0; unit < readings::units; ++unit) {
    EXPECT_EQ(all.texts[unit], "0123456789");
    EXPECT_EQ(all.last[unit], 0);
  }
}

TYPED_TEST(over_io_uring, the_kernel_makes_the_calls) {
  readings all;
  for (wire& each : all.wires) {
    each.say("word");
    each.ends[1].reset();
  }
  test::injected_calls const calls({});
  this->template run<reading_to_the_end>(readings::units, all);
  EXPECT_EQ(all.texts[2], "word");
  EXPECT_EQ(calls.reads() + calls.writes() + calls.waits(), 0u);
}

TYPED_TEST(over_io_uring, a_unit_is_told_of_a_reset) {
  readings all;
  for (wire& each : all.wires) {
    EXPECT_EQ(::send(each.ends[0].get(), "x", 1, 0), 1);
    each.ends[1].reset();  // with a byte that nobody read
  }
  this->template run<reading_to_the_end>(readings::units, all);
  for (runtime::transferred const each : all.last) EXPECT_EQ(each, -ECONNRESET);
}

TYPED_TEST(over_io_uring, units_converse_by_more_than_a_socket_holds) {
  filling all;
  this->template run<writing_much>(2, all);
  EXPECT_TRUE(all.came == all.sent);
}

std::ptrdiff_t descriptors_here() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

TYPED_TEST(over_io_uring, no_descriptor_is_left_and_none_held_open) {
  readings all;
  for (wire const& each : all.wires) ::shutdown(each.ends[1].get(), SHUT_WR);
  auto const before = descriptors_here();
  this->template run<reading_to_the_end>(readings::units, all);
  EXPECT_EQ(descriptors_here(), before);
  all.wires[0].ends[0].reset();
  std::byte none{};
  EXPECT_EQ(::recv(all.wires[0].ends[1].get(), &none, 1, MSG_DONTWAIT), 0) << "the peer sees the end";
}

/// A worker that lives on has nothing to do then, and does not come back to the kernel for long.
TYPED_TEST(over_io_uring, workers_let_go_of_their_streams_when_a_run_has_ended) {
  if constexpr (direct_model<TypeParam>) {
    wire line;
    line.say("word");
    TypeParam one_worker(with_roomy_stacks<TypeParam>(), {.workers = 1, .cpus = {}});
    one_worker.run([&line](typename TypeParam::context& root) {
      runtime::stream in(line.ends[0].get());
      std::array<std::byte, 8> room;
      EXPECT_EQ(root.read_some(in, room), 4);
      return true;
    });
    line.ends[0].reset();
    pollfd end{.fd = line.ends[1].get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&end, 1, 10'000), 1) << "the peer sees the end";
  } else {
    GTEST_SKIP() << "its units take turns on their caller's thread";
  }
}

}  // namespace
}  // namespace unitcost
