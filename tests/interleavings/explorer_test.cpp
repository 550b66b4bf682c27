#include "tests/interleavings/explorer.hpp"

#include <gtest/gtest.h>

#include <climits>
#include <optional>
#include <stdexcept>

#include "tests/interleavings/atomic.hpp"
#include "tests/interleavings/owned.hpp"
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

TEST_F(litmus, independent_reads_of_independent_writes_agree_by_sequential_consistency_alone) {
  int seen[4] = {};
  auto const disagree = [&](std::memory_order load) {
    explorer all;
    return all.explore([&] { x.emplace(0), y.emplace(0), std::ranges::fill(seen, 0); },
                       {[&] { x->store(1, memory_order_seq_cst); }, [&] { y->store(1, memory_order_seq_cst); },
                        [&, load] { seen[0] = x->load(load), seen[1] = y->load(load); },
                        [&, load] { seen[2] = y->load(load), seen[3] = x->load(load); }},
                       [&] { return seen[0] == 1 && seen[1] == 0 && seen[2] == 1 && seen[3] == 0 ? "seen" : ""; });
  };
  EXPECT_EQ(disagree(memory_order_acquire), "seen");
  EXPECT_EQ(disagree(memory_order_seq_cst), "");
}

TEST_F(litmus, a_chain_of_exchanges_carries_the_first_release_to_the_last_acquire) {
  auto const torn = [&](std::memory_order release, std::memory_order acquire) {
    explorer all;
    return all.explore([&] { x.emplace(0), y.emplace(0), read_x = read_y = -1; },
                       {[&, release] { x->store(1, memory_order_relaxed), y->store(1, release); },
                        [&] { y->fetch_add(1, memory_order_relaxed); },
                        [&, acquire] { read_y = y->load(acquire), read_x = x->load(memory_order_relaxed); }},
                       [&] { return read_y == 2 && read_x == 0 ? "seen" : ""; });
  };
  EXPECT_EQ(torn(memory_order_release, memory_order_acquire), "");
  EXPECT_EQ(torn(memory_order_relaxed, memory_order_acquire), "seen");
  EXPECT_EQ(torn(memory_order_release, memory_order_relaxed), "seen");
}

void store_first(atomic<int>& first, int value) { first.store(value, memory_order_seq_cst); }
int load_second(atomic<int>& second) { return second.load(memory_order_seq_cst); }

TEST_F(litmus, an_order_can_be_weakened_from_outside) {
  auto const first = [&] { store_first(*x, 1), read_y = load_second(*y); };
  auto const second = [&] { y->store(1, memory_order_seq_cst), read_x = x->load(memory_order_seq_cst); };
  auto const both_old = [&] { return read_x == 0 && read_y == 0; };
  EXPECT_EQ(explore(first, second, both_old), "");
  EXPECT_EQ(explore(first, second, both_old, {{0, access::store, "store_first", memory_order_release}}), "seen");
  EXPECT_EQ(explore(first, second, both_old, {{1, access::load, "load_second", memory_order_acquire}}), "seen");
}

TEST_F(litmus, a_weakening_that_names_no_operation_says_so) {
  for (auto const& [function, expected] : {std::pair{"store_first", true}, {"first", false}, {"store", false}}) {
    explorer all({{0, access::store, function, memory_order_release}});
    all.explore([&] { x.emplace(0); }, {[&] { store_first(*x, 1); }}, [] { return ""; });
    EXPECT_EQ(all.weakened_any(), expected) << function;
  }
}

TEST_F(litmus, a_sleeper_is_woken_by_a_wake_that_follows_the_store_and_by_no_other) {
  auto const blocked = [&](auto waker) {
    explorer all;
    std::optional<atomic<std::uint32_t>> word;
    return all.explore([&] { word.emplace(0); },
                       {[&] { futex_wait(*word, 0, runtime::sharing::threads); }, [&] { waker(*word); }},
                       [&] { return all.asleep() != 0 ? "for ever" : ""; });
  };
  auto const store = [](auto& word) { word.store(1, memory_order_relaxed); };
  auto const wake = [](auto& word) { futex_wake(word, INT_MAX, runtime::sharing::threads); };
  EXPECT_EQ(blocked([&](auto& word) { store(word), wake(word); }), "");
  EXPECT_EQ(blocked([&](auto& word) { wake(word), store(word); }), "for ever");
  EXPECT_EQ(blocked([&](auto& word) { store(word); }), "for ever");
}

TEST_F(litmus, memory_that_is_handed_over_without_a_release_or_an_acquire_is_raced_for) {
  auto const handed_over = [&](std::memory_order store, std::memory_order load) {
    explorer all;
    std::optional<owned> memory;
    return all.explore([&] { x.emplace(0), memory.emplace("it"); },
                       {[&, store] { memory->touch(), x->store(1, store); },
                        [&, load] {
                          if (x->load(load) == 1) memory->touch();
                        }},
                       [] { return ""; });
  };
  EXPECT_EQ(handed_over(memory_order_release, memory_order_acquire), "");
  EXPECT_EQ(handed_over(memory_order_relaxed, memory_order_acquire), "a data race on it");
  EXPECT_EQ(handed_over(memory_order_release, memory_order_relaxed), "a data race on it");
}

TEST_F(litmus, an_execution_that_does_not_end_is_reported) {
  auto const wait_for_ever = [&] {
    while (x->load(memory_order_relaxed) == 0) {
    }
  };
  EXPECT_THROW(explore(
                   wait_for_ever, [] {}, [] { return false; }),
               std::length_error);
}

}  // namespace
}  // namespace unitcost::interleavings
