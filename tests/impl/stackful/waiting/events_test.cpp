// Fibers that wait for a descriptor: each on its own stack, whoever the event is for.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/descriptor_io.hpp"
#include "impl/stackful/stackful.hpp"
#include "tests/injected_calls.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::models {
namespace {

stackful::options with_room_to_wait() {
  auto options = stackful::variants().front().options;
  if (sanitizer_divisor != 1) options.bytes = 256 * 1024;  // instrumented frames are larger
  return options;
}

runtime::pipe_ends pipe_holding(std::string_view bytes) {
  auto pipe = runtime::open_pipe();
  EXPECT_EQ(::write(pipe.writing.get(), bytes.data(), bytes.size()), std::ssize(bytes));
  return pipe;
}

char read_one(stackful::context& unit, runtime::pipe_ends const& pipe) {
  runtime::stream in(pipe.reading.get());
  std::array<std::byte, 8> room{};
  EXPECT_EQ(unit.read_some(in, room), 1);
  return static_cast<char>(room[0]);
}

template <class Model>
class fiber_events_of : public testing::Test {
 protected:
  void SetUp() override {
    if constexpr (requires { Model::why_not_here(); })
      if (auto const why = Model::why_not_here(); !why.empty()) GTEST_SKIP() << why;
  }
};
using fibers_over = testing::Types<stackful, stackful_over_io_uring>;
TYPED_TEST_SUITE(fiber_events_of, fibers_over);

TYPED_TEST(fiber_events_of, resume_one_that_is_alone) {
  auto const pipe = pipe_holding("x");
  TypeParam::run_on_caller(with_room_to_wait(), {.workers = 1, .cpus = {}},
                           [&pipe](stackful::context& root) { EXPECT_EQ(read_one(root, pipe), 'x'); });
}

TYPED_TEST(fiber_events_of, resume_another_than_the_one_on_whose_stack_they_come) {
  auto const for_child = pipe_holding(""), for_root = pipe_holding("r");
  TypeParam::run_on_caller(
      with_room_to_wait(), {.workers = 1, .cpus = {}}, [&for_child, &for_root](stackful::context& root) {
        stackful::context::scope children(root);
        char got = 0;
        children.spawn(got, [from = &for_child](stackful::context& unit) { return read_one(unit, *from); });
        EXPECT_EQ(read_one(root, for_root), 'r') << "while the child waits";
        EXPECT_EQ(::write(for_child.writing.get(), "c", 1), 1);
        children.join();
        EXPECT_EQ(got, 'c');
      });
}

TYPED_TEST(fiber_events_of, wake_a_root_whose_end_drops_a_daemon_that_waits_for_one) {
  auto const silent = pipe_holding("");
  std::string told;
  TypeParam::run_on_caller(with_room_to_wait(), {.workers = 1, .cpus = {}}, [&](stackful::context& root) {
    root.start({.name = "daemon", .daemon = true}, [&silent, &told](stackful::context& own) {
      told += "reads";
      read_one(own, silent);
      told += " and goes on";
    });
    root.sleep_since(runtime::now_ns(), 1'000'000);
  });
  EXPECT_EQ(told, "reads");
}

template <class Run>
void expect_refusal_of_the_kernel(Run run) {
  try {
    run();
    ADD_FAILURE() << "nobody heard of it";
  } catch (std::system_error const& refused) {
    EXPECT_EQ(refused.code().value(), EIO) << refused.what();
  }
}

TYPED_TEST(fiber_events_of, fail_the_run_of_a_caller_that_could_not_wait_for_them) {
  auto const for_daemon = pipe_holding("d"), for_root = pipe_holding("r");
  test::injected_calls const refused({.waits_fail_with = EIO});
  expect_refusal_of_the_kernel([&] {
    TypeParam::run_on_caller(with_room_to_wait(), {.workers = 1, .cpus = {}}, [&](stackful::context& root) {
      root.start({.name = "daemon", .daemon = true}, [&](stackful::context& own) { read_one(own, for_daemon); });
      read_one(root, for_root);
      ADD_FAILURE() << "it went on without what it waited for";
    });
  });
}

TYPED_TEST(fiber_events_of, fail_this_run_and_all_later_ones_of_a_thread_that_could_not_wait_for_them) {
  auto const pipe = pipe_holding("x");
  TypeParam model(with_room_to_wait(), {.workers = 1, .cpus = {}});
  {
    test::injected_calls const refused({.waits_fail_with = EIO});
    expect_refusal_of_the_kernel([&model, &pipe] {
      model.run([&pipe](stackful::context& root) {
        read_one(root, pipe);
        ADD_FAILURE() << "it went on without what it waited for";
      });
    });
  }
  expect_refusal_of_the_kernel(
      [&model] { model.run([](stackful::context&) { ADD_FAILURE() << "there is no thread to run it"; }); });
}

TYPED_TEST(fiber_events_of, come_although_the_kernel_refused_once_to_wait_for_them) {
  auto const pipe = pipe_holding("x");
  test::injected_calls const refused({.waits_fail_with = EIO, .failing_waits = 1});
  TypeParam::run_on_caller(with_room_to_wait(), {.workers = 1, .cpus = {}},
                           [&pipe](stackful::context& root) { EXPECT_EQ(read_one(root, pipe), 'x'); });
}

}  // namespace
}  // namespace unitcost::models
