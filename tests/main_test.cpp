// That tests/main.cpp fails a test that leaves a child: here one does, in a process of its own.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace unitcost::test {
namespace {

constexpr char const* planted = "UNITCOST_TEST_LEAVES_A_CHILD";

TEST(test_main, fails_a_test_that_leaves_a_child) {
  if (std::getenv(planted) != nullptr) {
    if (::fork() == 0) ::_exit(0);
    return;
  }
  EXPECT_EXIT(
      {
        ::setenv(planted, "yes", 1);
        for (char const* shard : {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX"}) ::unsetenv(shard);
        ::dup2(STDERR_FILENO, STDOUT_FILENO);
        ::execl("/proc/self/exe", "tests", "--gtest_filter=test_main.fails_a_test_that_leaves_a_child", nullptr);
      },
      testing::ExitedWithCode(1), "left (a child|by test_main)");
}

}  // namespace
}  // namespace unitcost::test
