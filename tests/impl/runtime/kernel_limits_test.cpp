#include "impl/runtime/kernel_limits.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace unitcost::runtime {
namespace {

class number_in_a_file : public testing::Test {
 protected:
  ~number_in_a_file() override { std::filesystem::remove(path_); }
  std::optional<std::uint64_t> read(std::string const& text) {
    std::ofstream(path_) << text;
    return number_in(path_);
  }

 private:
  std::string path_ = testing::TempDir() + "unitcost_limit_" + std::to_string(::getpid());
};

TEST_F(number_in_a_file, is_read_up_to_the_largest_there_is) {
  EXPECT_EQ(read("32768\n"), 32768u);
  EXPECT_EQ(read("0\n"), 0u);
  EXPECT_EQ(read("18446744073709551615\n"), 18446744073709551615u);
}

TEST_F(number_in_a_file, is_nothing_where_there_is_no_limit_or_no_number) {
  for (char const* const text : {"max\n", "", "\n", "18446744073709551616\n"}) EXPECT_EQ(read(text), std::nullopt);
}

TEST(number_in, is_nothing_where_the_file_is_absent) {
  EXPECT_EQ(number_in("/proc/sys/kernel/no_such_limit"), std::nullopt);
}

/// Ends the process with what it finds, printed.
[[noreturn]] void print_user_process_limit(rlim_t soft_limit, uid_t user) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NPROC, &limit);
  limit.rlim_cur = soft_limit;
  bool const prepared = ::setrlimit(RLIMIT_NPROC, &limit) == 0 && ::syscall(SYS_setresuid, user, user, user) == 0;
  auto const found = user_process_limit();
  std::fprintf(stderr, "found %s", found ? std::to_string(*found).c_str() : "none");
  ::_exit(prepared ? 0 : 1);
}

TEST(user_process_limit, is_the_users_soft_limit) {
  uid_t const user = ::geteuid() == 0 ? 65'534 : ::geteuid();
  EXPECT_EXIT(print_user_process_limit(12, user), testing::ExitedWithCode(0), "found 12$");
}

TEST(user_process_limit, does_not_bind_root) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be root";
  EXPECT_EXIT(print_user_process_limit(12, 0), testing::ExitedWithCode(0), "found none$");
}

TEST(user_process_limit, is_none_where_it_is_infinite) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NPROC, &limit);
  if (limit.rlim_max != RLIM_INFINITY) GTEST_SKIP() << "the hard limit is finite here";
  uid_t const user = ::geteuid() == 0 ? 65'534 : ::geteuid();
  EXPECT_EXIT(print_user_process_limit(RLIM_INFINITY, user), testing::ExitedWithCode(0), "found none$");
}

TEST(kernel_limits, know_of_some_mappings_and_some_memory) {
  EXPECT_GT(max_map_count(), 0u);
  EXPECT_GT(pages_of_memory(), 0u);
}

}  // namespace
}  // namespace unitcost::runtime
