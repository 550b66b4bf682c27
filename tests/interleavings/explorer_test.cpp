#include "tests/interleavings/explorer.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "tests/unit_budget.hpp"

namespace unitcost::interleavings {
namespace {

using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;

/// Two variables, and what two threads read.
class litmus : public testing::Test {
 protected:
  void SetUp() override {
    if (sanitizer_divisor != 1)
      GTEST_SKIP() << "one kernel thread, in which a thread sanitizer finds nothing; its fibers are not announced";
  }
  std::string explore(std::function<void()> first, std::function<void()> second, std::function<bool()> forbidden,
                      std::vector<weakening> weakened = {}) {
    explorer all(std::move(weakened));
    return all.explore(
        [this] {
          x.emplace(0);
          y.emplace(0);
          read_x = read_y = -1;
        },
        {std::move(first), std::move(second)}, [forbidden] { return forbidden() ? "seen" : ""; });
  }
  std::optional<atomic<int>> x, y;
  int read_x = -1, read_y = -1;
};

TEST_F(litmus, a_store_may_wait_in_a_buffer_while_a_load_goes_ahead) {
  auto const stores_wait = [&](std::memory_order store, std::memory_order load) {
    return explore([&, store, load] { x->store(1, store), read_y = y->load(load); },
                   [&, store, load] { y->store(1, store), read_x = x->load(load); },
                   [&] { return read_x == 0 && read_y == 0; });
  };
  EXPECT_EQ(stores_wait(memory_order_release, memory_order_acquire), "seen");
  EXPECT_EQ(stores_wait(memory_order_seq_cst, memory_order_acquire), "seen");
  EXPECT_EQ(stores_wait(memory_order_seq_cst, memory_order_seq_cst), "");
}

TEST_F(litmus, a_message_arrives_whole_by_release_and_acquire_alone) {
  auto const torn = [&](std::memory_order store, std::memory_order load) {
    return explore([&, store] { x->store(1, memory_order_relaxed), y->store(1, store); },
                   [&, load] { read_y = y->load(load), read_x = x->load(memory_order_relaxed); },
                   [&] { return read_y == 1 && read_x == 0; });
  };
  EXPECT_EQ(torn(memory_order_release, memory_order_acquire), "");
  EXPECT_EQ(torn(memory_order_relaxed, memory_order_acquire), "seen");
  EXPECT_EQ(torn(memory_order_release, memory_order_relaxed), "seen");
}

TEST_F(litmus, an_exchange_reads_the_last_value) {
  auto const add = [&] {
    int seen = x->load(memory_order_relaxed);
    while (!x->compare_exchange_strong(seen, seen + 1, memory_order_relaxed, memory_order_relaxed)) {
    }
  };
  EXPECT_EQ(explore(add, add, [&] { return x->load(memory_order_relaxed) != 2; }), "");
}

TEST_F(litmus, an_order_can_be_weakened_from_outside) {
  auto const first = [&] { x->store(1, memory_order_seq_cst), read_y = y->load(memory_order_seq_cst); };
  auto const second = [&] { y->store(1, memory_order_seq_cst), read_x = x->load(memory_order_seq_cst); };
  auto const both_old = [&] { return read_x == 0 && read_y == 0; };
  EXPECT_EQ(explore(first, second, both_old), "");
  EXPECT_EQ(explore(first, second, both_old, {{0, access::store, 0}}), "seen");
  EXPECT_EQ(explore(first, second, both_old, {{1, access::load, 0}}), "seen");
}

}  // namespace
}  // namespace unitcost::interleavings
