#include "impl/runtime/spin_lock.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace unitcost::runtime {
namespace {

TEST(spin_lock, lets_no_update_of_what_it_guards_be_lost) {
  constexpr std::uint64_t threads = 4, additions = 20'000;
  spin_lock only;
  std::uint64_t counter = 0;
  {
    std::vector<std::jthread> all;
    for (std::uint64_t thread = 0; thread < threads; ++thread)
      all.emplace_back([&] {
        for (std::uint64_t addition = 0; addition < additions; ++addition) {
          std::lock_guard const held(only);
          ++counter;
        }
      });
  }
  EXPECT_EQ(counter, threads * additions);
}

}  // namespace
}  // namespace unitcost::runtime
