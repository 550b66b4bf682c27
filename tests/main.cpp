// Runs the tests, which share a process: each has to leave it as it was found.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <memory>

namespace {

/// Fails a test that leaves a child, alive or zombie.
class no_child_is_left : public testing::EmptyTestEventListener {
  void OnTestEnd(testing::TestInfo const& ended) override {
    // Who has supervised a process gets its orphans from then on; the next test's are not its own.
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
    int zombies = 0;
    pid_t left = 0;
    while ((left = ::waitpid(-1, nullptr, WNOHANG)) > 0) ++zombies;
    EXPECT_EQ(zombies, 0) << "left by " << ended.test_suite_name() << '.' << ended.name();
    EXPECT_TRUE(left == -1 && errno == ECHILD)
        << ended.test_suite_name() << '.' << ended.name() << " left a child that lives";
  }
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(std::make_unique<no_child_is_left>().release());
  return RUN_ALL_TESTS();
}
