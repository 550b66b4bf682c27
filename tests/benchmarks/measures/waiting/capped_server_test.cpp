#include "benchmarks/measures/waiting/capped_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <vector>

#include "impl/process/held_process.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/posix_thread.hpp"
#include "impl/runtime/shared_region.hpp"
#include "impl/runtime/touch.hpp"
#include "tests/benchmarks/measures/waiting/control_groups.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::measures {
namespace {

void need_too_much() {
  std::vector<std::byte> much(64u << 20);
  runtime::touch_pages(much.data(), much.size());
}

class keep_serving_test : public test::in_control_groups {
 protected:
  static constexpr std::int64_t patience_ns = 20'000'000'000;

  server_history serve(server_caps const& caps, std::function<void()> const& what) {
    return keep_serving(caps, patience_ns, what, [this] { ++deaths_told_; });
  }

  runtime::shared_object<std::atomic<unsigned>> lives_;
  unsigned deaths_told_ = 0;
};

TEST_F(keep_serving_test, runs_a_server_once_that_returns) {
  auto const history = serve({}, [this] { ++*lives_; });
  EXPECT_EQ(lives_->load(), 1u);
  EXPECT_EQ(history.deaths, 0u);
  EXPECT_EQ(deaths_told_, 0u);
}

TEST_F(keep_serving_test, starts_a_server_again_that_needed_more_memory_than_it_may_have) {
  auto const history = serve({.memory_bytes = 16u << 20}, [this] {
    if (++*lives_ > 2) return;
    need_too_much();
  });
  EXPECT_EQ(lives_->load(), 3u);
  EXPECT_EQ(history.deaths, 2u);
  EXPECT_EQ(history.killed_alone, 0u);
  EXPECT_EQ(deaths_told_, 2u);
}

TEST_F(keep_serving_test, counts_tasks_that_were_refused) {
  if (running_under_thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer has a thread of its own, and asks for others";
  auto const history = serve({.tasks = 4}, [] {
    for (unsigned thread = 0; thread < 8; ++thread) try {
        runtime::posix_thread({}, [] { ::pause(); }).let_go();
      } catch (limit_reached const&) {
      }
    ::_exit(0);
  });
  EXPECT_EQ(history.tasks_refused, 5u) << "of eight threads beside the first";
}

TEST_F(keep_serving_test, does_not_take_another_death_for_want_of_memory) {
  EXPECT_THROW(serve({.memory_bytes = 64u << 20}, [] { ::raise(SIGKILL); }), unit_crashed);
  EXPECT_EQ(deaths_told_, 0u);
}

TEST_F(keep_serving_test, counts_a_unit_that_was_killed_alone) {
  auto const history = serve({.memory_bytes = 16u << 20}, [] {
    runtime::shared_object<processes::shared_failure> failure;
    processes::held_process child(*failure, {}, need_too_much);
    EXPECT_THROW(child.join(), unit_crashed);
  });
  EXPECT_EQ(history.killed_alone, 1u);
  EXPECT_EQ(history.deaths, 0u);
}

TEST_F(keep_serving_test, ends_a_server_that_hangs) {
  try {
    keep_serving(
        {}, 1'000'000, [] { ::pause(); }, [] {});
    FAIL() << "it has hung";
  } catch (std::runtime_error const& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("has not ended"));
  }
}

}  // namespace
}  // namespace unitcost::measures
