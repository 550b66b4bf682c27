// When memory ends, a run ends with std::bad_alloc, every frame is given back, and the next run is as good as the
// first.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <new>

#include "impl/stackless/stackless.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::memory_limits {
namespace {

using models::stackless;

template <class T>
using task = stackless::task<T>;

task<std::uint64_t> identity(std::uint64_t value) { co_return value; }

/// Beyond what any machine's memory holds.
constexpr std::uint64_t never_reached = std::uint64_t{1} << 60;

/// A child of a child: frames, and continuations on the deque, until either is too many. (With a second child each the
/// failure of the first would only lead to the second, as spawn does not throw what left another child.)
task<std::uint64_t> endless_spawns(std::uint64_t depth) {
  std::uint64_t below = 0;
  if (depth == never_reached) co_return 0;
  co_await stackless::spawn(below, endless_spawns(depth + 1));
  co_await stackless::join();
  co_return depth + below;
}

/// A frame that is too large for the allocator's lists.
task<std::uint64_t> endless_calls_of_large_frames(std::uint64_t depth) {
  std::uint64_t volatile large[512] = {depth};
  std::uint64_t below = 0;
  if (depth == never_reached) co_return 0;
  co_await stackless::call(below, endless_calls_of_large_frames(depth + 1));
  co_return large[0] + below;
}

enum ending : int { as_promised, nothing_was_thrown, unusable_afterwards, frames_were_lost };

/// From here on this process can map that much more. (Not for a worker of a benchmark, whose reserved stacks it would
/// count; here nothing is reserved.)
void limit_further_memory_to(std::size_t bytes) {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  rlim_t const all = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + bytes;
  rlimit const limit{all, all};
  ::setrlimit(RLIMIT_AS, &limit);
}

class without_memory : public testing::Test {
 protected:
  void SetUp() override {
    if (replaces_the_allocator) GTEST_SKIP() << "sanitizers reserve terabytes of addresses themselves";
  }
  /// What `body` returns in a child of ours: a limit cannot be lifted again.
  template <class Body>
  static int in_a_child(Body body) {
    pid_t const child = ::fork();
    if (child == 0) ::_exit(body());
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  template <class Root>
  static ending ending_of_runs(unsigned workers, std::size_t bytes, Root root) {
    {
      stackless model({}, {.workers = workers, .cpus = {}});
      model.run(identity(1));
      limit_further_memory_to(bytes);
      for (int run = 0; run < 3; ++run) {
        try {
          model.run(root(0));
          return nothing_was_thrown;
        } catch (std::bad_alloc const&) {
        }
        if (model.run(identity(42)) != 42) return unusable_afterwards;
      }
    }
    return stackless_runtime::frames_alive() == 0 ? as_promised : frames_were_lost;
  }
};
class stackless_without_memory : public without_memory, public testing::WithParamInterface<unsigned> {};
INSTANTIATE_TEST_SUITE_P(workers, stackless_without_memory, testing::Values(1u, 2u, 4u));

// Not all of one size: so that now a chunk of frames and now the deque's next array is what fails.
TEST_P(stackless_without_memory, throws_bad_alloc_and_can_run_again_when_spawns_use_it_up) {
  for (std::size_t const mebibytes : {1u, 3u, 8u, 20u, 33u})
    EXPECT_EQ(in_a_child([&] { return ending_of_runs(GetParam(), mebibytes << 20, endless_spawns); }), as_promised)
        << mebibytes << " MiB";
}

TEST_P(stackless_without_memory, throws_bad_alloc_and_can_run_again_when_large_frames_use_it_up) {
  EXPECT_EQ(in_a_child([&] { return ending_of_runs(GetParam(), 16u << 20, endless_calls_of_large_frames); }),
            as_promised);
}

using stackless_idle_without_memory = without_memory;
TEST_F(stackless_idle_without_memory, throws_bad_alloc_from_growing_idle_units_and_can_release_those_there_are) {
  EXPECT_EQ(in_a_child([] {
              unit_arrivals arrivals;
              {
                stackless::idle units({}, arrivals, 1'000'000, 0);
                units.grow_to(1000);
                limit_further_memory_to(16u << 20);
                try {
                  units.grow_to(1'000'000);
                  return nothing_was_thrown;
                } catch (std::bad_alloc const&) {
                }
                if (stackless_runtime::frames_alive() != arrivals.count) return frames_were_lost;
              }
              return stackless_runtime::frames_alive() == 0 ? as_promised : frames_were_lost;
            }),
            as_promised);
}

}  // namespace
}  // namespace unitcost::memory_limits
