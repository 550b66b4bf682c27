// What caller_run (impl/model.hpp) promises beside `run`: no thread but the caller's.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include "benchmarks/load/loopback.hpp"
#include "impl/boost_fiber/boost_fiber.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/stackful/stackful.hpp"
#include "tests/impl/roomy_stacks.hpp"
#include "tests/open_descriptors.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost {
namespace {

template <class Model>
class caller_run_of : public testing::Test {
 protected:
  static constexpr bool has_a_way = requires { Model::why_not_here(); };

  void SetUp() override {
    if constexpr (has_a_way)
      if (auto const why = Model::why_not_here(); !why.empty()) GTEST_SKIP() << why;
  }
};
using caller_run_models = testing::Types<models::stackful, models::stackful_over_io_uring, models::boost_fiber,
                                         models::boost_fiber_over_io_uring>;
TYPED_TEST_SUITE(caller_run_of, caller_run_models);

template <class Model>
std::vector<std::thread::id> threads_of_units(unsigned units) {
  return Model::run_on_caller(with_roomy_stacks<Model>(), {.workers = 4, .cpus = {}},
                              [units](typename Model::context& root) {
                                std::vector<std::thread::id> seen(units);
                                typename Model::context::scope children(root);
                                for (auto& each : seen)
                                  children.spawn(each, [](typename Model::context& unit) {
                                    unit.give_turn();
                                    return std::this_thread::get_id();
                                  });
                                children.join();
                                return seen;
                              });
}

TYPED_TEST(caller_run_of, every_unit_runs_on_the_thread_that_asks) {
  for (int again = 0; again < 3; ++again)
    for (std::thread::id const each : threads_of_units<TypeParam>(static_cast<unsigned>(test_units(100))))
      ASSERT_EQ(each, std::this_thread::get_id());
}

TYPED_TEST(caller_run_of, works_on_several_threads_one_after_the_other) {
  for (int again = 0; again < 2; ++again)
    std::thread([] {
      for (std::thread::id const each : threads_of_units<TypeParam>(4)) ASSERT_EQ(each, std::this_thread::get_id());
    }).join();
}

TYPED_TEST(caller_run_of, is_pinned_while_it_runs_and_not_after) {
  auto const before = runtime::allowed_cpus();
  if (before.size() < 2) GTEST_SKIP() << "pinned to the only CPU it makes no difference";
  int const last = before.back();
  auto const meanwhile = TypeParam::run_on_caller(with_roomy_stacks<TypeParam>(), {.workers = 1, .cpus = {last}},
                                                  [](typename TypeParam::context&) { return runtime::allowed_cpus(); });
  EXPECT_EQ(meanwhile, std::vector<int>{last});
  EXPECT_EQ(runtime::allowed_cpus(), before);
}

TYPED_TEST(caller_run_of, sleepers_wake_up) {
  auto const woke = TypeParam::run_on_caller(with_roomy_stacks<TypeParam>(), {}, [](typename TypeParam::context& root) {
    std::vector<std::uint64_t> awake(8);
    typename TypeParam::context::scope children(root);
    for (auto& each : awake)
      children.spawn(each, [](typename TypeParam::context& unit) {
        unit.sleep_since(runtime::now_ns(), 1000);
        return std::uint64_t{1};
      });
    children.join();
    return awake;
  });
  EXPECT_EQ(woke, std::vector<std::uint64_t>(8, 1));
}

TYPED_TEST(caller_run_of, leaves_no_descriptor_behind) {
  auto const before = test::open_descriptors();
  auto const pipe = runtime::open_pipe();
  if (!TestFixture::has_a_way) load::make_non_blocking(pipe.reading.get());
  TypeParam::run_on_caller(with_roomy_stacks<TypeParam>(), {}, [&pipe](typename TypeParam::context& root) {
    bool done[2]{};
    typename TypeParam::context::scope children(root);
    children.spawn(done[0], [&pipe](typename TypeParam::context& unit) {
      std::byte room[8];
      runtime::stream in(pipe.reading.get());
      return unit.read_some(in, room) == 1;
    });
    children.spawn(done[1], [&pipe](typename TypeParam::context&) {
      std::byte const one{};
      return runtime::write_some(pipe.writing.get(), {&one, 1}) == 1;
    });
    children.join();
    EXPECT_TRUE(done[0] && done[1]);
    return 0;
  });
  EXPECT_EQ(test::open_descriptors(), before + 2) << "the pipe's";
}

TYPED_TEST(caller_run_of, works_where_the_caller_handles_an_exception) {
  try {
    throw std::runtime_error("the caller's");
  } catch (std::exception const& caught) {
    EXPECT_EQ(threads_of_units<TypeParam>(2).size(), 2u);
    EXPECT_EQ(std::string_view(caught.what()), "the caller's");
  }
}

TEST(stackful_caller_run, a_root_that_waits_for_a_unit_nobody_wakes_is_told) {
  EXPECT_EXIT(
      {
        try {
          models::stackful::run_on_caller(with_roomy_stacks<models::stackful>(), {},
                                          [](models::stackful::context& root) {
                                            root.park();
                                            return 0;
                                          });
        } catch (std::logic_error const&) {
          std::exit(7);
        }
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace unitcost
