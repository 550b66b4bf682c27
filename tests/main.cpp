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
    pid_t const found = ::waitpid(-1, nullptr, WNOHANG);
    EXPECT_TRUE(found == -1 && errno == ECHILD)
        << ended.test_suite_name() << '.' << ended.name() << " left a child" << (found > 0 ? ", a zombie" : "");
  }
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  // Before the printer of results, which is told of failures in the order of the list.
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  std::unique_ptr<testing::TestEventListener> printer(listeners.Release(listeners.default_result_printer()));
  listeners.Append(std::make_unique<no_child_is_left>().release());
  listeners.Append(printer.release());
  return RUN_ALL_TESTS();
}
