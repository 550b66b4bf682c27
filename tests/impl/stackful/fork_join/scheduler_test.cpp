#include "impl/stackful/fork_join/scheduler.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "impl/model.hpp"
#include "impl/stackful/waiting/gate.hpp"
#include "impl/stackful/waiting/turns.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::fibers {
namespace {

constexpr stack_options roomy{.bytes = 64 * 1024};
placement workers(unsigned count) { return {.workers = count, .cpus = {}}; }

/// Makes `count` ready fibers and waits for them; for those that there are when there is no stack for another.
template <class Body>
void spawn_and_join(fiber& self, std::uint64_t count, Body body) {
  join_counter children;
  try {
    for (std::uint64_t i = 0; i < count; ++i)
      self.where->make_ready(self.where->create(children, [&body, i](fiber& child) { body(child, i); }));
  } catch (limit_reached const&) {
    children.wait(self);  // they refer to what lies here
    throw;
  }
  children.wait(self);
}

TEST(scheduler, runs_every_fiber_exactly_once) {
  std::uint64_t const count = test_units(20'000);
  scheduler two(roomy, workers(2), count + 64);
  std::vector<std::atomic<int>> runs(count);
  two.run([&](fiber& self) { spawn_and_join(self, count, [&](fiber&, std::uint64_t i) { runs[i].fetch_add(1); }); });
  for (auto const& each : runs) ASSERT_EQ(each.load(), 1);
  EXPECT_EQ(two.fibers_made(), count + 1);
}

TEST(scheduler, can_run_again_and_again) {
  scheduler two(roomy, workers(2), 64);
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < test_units(2'000); ++i)
    two.run([&](fiber& self) { spawn_and_join(self, 2, [](fiber&, std::uint64_t) {}), ++sum; });
  EXPECT_EQ(sum, test_units(2'000));
}

TEST(scheduler, wakes_a_worker_after_all_have_parked) {
  scheduler two(roomy, workers(2), 64);
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // enough to park; correct if it is not
    bool ran = false;
    two.run([&](fiber&) { ran = true; });
    EXPECT_TRUE(ran);
  }
}

TEST(scheduler, runs_two_fibers_at_the_same_time_on_two_workers) {
  scheduler two(roomy, workers(2), 64);
  std::atomic<int> present{0};
  two.run([&](fiber& self) {
    spawn_and_join(self, 2, [&](fiber&, std::uint64_t) {
      present.fetch_add(1);
      while (present.load() < 2) std::this_thread::yield();  // each waits for the other without leaving its worker
    });
  });
  EXPECT_EQ(present.load(), 2);
}

TEST(scheduler, yields_round_robin_on_one_worker) {
  scheduler one(roomy, workers(1), 64);
  std::string order;
  one.run([&](fiber& self) {
    join_counter children;
    for (char name : {'a', 'b', 'c'})
      self.where->make_ready(self.where->create(children, [&order, name](fiber& child) {
        for (int turn = 0; turn < 3; ++turn) order += name, yield(child);
      }));
    yield(self);
    children.wait(self);
  });
  EXPECT_EQ(order.substr(0, 3), "abc");
  EXPECT_EQ(order.size(), 9u);
}

std::uint64_t tree(fiber& self, unsigned depth) {
  if (depth == 0) return 1;
  std::uint64_t left = 0, right = 0;
  join_counter children;
  fiber& child = self.where->create(children, [&left, depth](fiber& own) { left = tree(own, depth - 1); });
  self.where->make_ready(child);
  if (depth % 3 == 0) yield(self);
  right = tree(self, depth - 1);
  children.wait(self);
  return left + right;
}

TEST(scheduler, loses_nothing_when_four_workers_steal_and_fibers_yield) {
  unsigned const depth = test_units(16) == 16 ? 14 : 9;
  scheduler four(roomy, workers(4), 1 << 16);
  for (int round = 0; round < 3; ++round) {
    std::uint64_t leaves = 0;
    four.run([&](fiber& self) { leaves = tree(self, depth); });
    EXPECT_EQ(leaves, std::uint64_t{1} << depth);
  }
}

TEST(scheduler, lets_a_unit_throw_and_catch) {
  scheduler one(roomy, workers(1), 8);
  std::string caught;
  one.run([&](fiber&) {
    try {
      throw std::runtime_error("inside");
    } catch (std::runtime_error const& error) {
      caught = error.what();
    }
  });
  EXPECT_EQ(caught, "inside");
}

// Each fiber suspends inside its handler while others throw on the same worker, and may go on on another one.
class scheduler_of : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(workers, scheduler_of, testing::Values(1u, 2u));

TEST_P(scheduler_of, workers_keeps_the_exception_of_a_fiber_that_suspends_in_its_handler) {
  std::uint64_t const count = test_units(400);
  scheduler crew(roomy, workers(GetParam()), count + 64);
  std::atomic<std::uint64_t> right{0};
  crew.run([&](fiber& self) {
    spawn_and_join(self, count, [&](fiber& own, std::uint64_t i) {
      try {
        throw i;
      } catch (std::uint64_t) {
        for (int turn = 0; turn < 3; ++turn) yield(own);
        try {
          throw;
        } catch (std::uint64_t again) {
          if (again == i) right.fetch_add(1);
        }
      }
    });
  });
  EXPECT_EQ(right.load(), count);
}

/// Its destructor suspends while an exception unwinds the scope, where std::uncaught_exceptions must stay right.
struct yields_when_destroyed {
  fiber& self;
  int& uncaught;
  ~yields_when_destroyed() {
    yield(self);
    uncaught = std::uncaught_exceptions();
  }
};

TEST_P(scheduler_of, workers_keeps_apart_fibers_that_suspend_while_they_are_unwound_and_those_that_are_not) {
  scheduler crew(roomy, workers(GetParam()), 64);
  int uncaught_when_unwound = 0, uncaught_elsewhere = 0;
  crew.run([&](fiber& self) {
    spawn_and_join(self, 2, [&](fiber& own, std::uint64_t i) {
      if (i == 0) {
        try {
          yields_when_destroyed const guard{own, uncaught_when_unwound};
          throw i;
        } catch (std::uint64_t) {
        }
      } else {
        for (int turn = 0; turn < 3; ++turn) {
          uncaught_elsewhere += std::uncaught_exceptions();
          yield(own);
        }
      }
    });
  });
  EXPECT_EQ(uncaught_when_unwound, 1);
  EXPECT_EQ(uncaught_elsewhere, 0);
}

TEST(scheduler, lets_a_fiber_that_yields_wait_for_all_that_were_ready_before_it_and_no_longer) {
  scheduler one(roomy, workers(1), 64);
  std::string order;
  one.run([&](fiber& self) {
    join_counter children;
    auto const add = [&](char name, int turns) {
      self.where->make_ready(self.where->create(children, [&order, name, turns](fiber& child) {
        for (int turn = 0; turn < turns; ++turn) order += name, yield(child);
      }));
    };
    add('a', 2);
    add('b', 2);
    order += '0', yield(self);
    add('c', 1);  // is ready before the root yields again, and after a and b have
    order += '1', yield(self);
    children.wait(self);
  });
  EXPECT_EQ(order, "0ab1abc");
}

TEST(scheduler, goes_on_at_once_with_a_fiber_that_yields_and_is_the_only_one) {
  scheduler one(roomy, workers(1), 8);
  int turns = 0;
  one.run([&](fiber& self) {
    for (; turns < 3; ++turns) yield(self);
  });
  EXPECT_EQ(turns, 3);
}

TEST(scheduler, ends_a_run_that_has_no_stack_left_with_limit_reached_and_goes_on) {
  scheduler two(roomy, workers(2), 40);
  auto const too_many = [&](fiber& self) {
    spawn_and_join(self, 30, [](fiber& own, std::uint64_t) {
      join_counter children;
      std::vector<fiber*> hoard;
      try {
        for (int i = 0; i < 100; ++i) hoard.push_back(&own.where->create(children, [](fiber&) {}));
      } catch (limit_reached const&) {
        for (fiber* each : hoard) own.where->make_ready(*each);
        children.wait(own);
        throw;
      }
    });
  };
  EXPECT_THROW(two.run(too_many), limit_reached);
  bool ran = false;
  two.run([&](fiber&) { ran = true; });
  EXPECT_TRUE(ran);
}

TEST(scheduler, passes_bad_alloc_of_a_unit_to_the_caller_of_run) {
  scheduler one(roomy, workers(1), 8);
  EXPECT_THROW(one.run([](fiber&) { throw std::bad_alloc(); }), std::bad_alloc);
}

TEST(scheduler, refuses_a_cpu_that_does_not_exist) {
  EXPECT_THROW(scheduler(roomy, {.workers = 2, .cpus = {1023}}, 8), std::system_error);
}

TEST(scheduler, refuses_to_have_no_workers) { EXPECT_THROW(scheduler(roomy, workers(0), 8), not_supported); }

TEST(scheduler, drops_the_fibers_of_a_run_that_failed) {
  scheduler one(roomy, workers(1), 8);
  join_counter nobody;
  EXPECT_THROW(one.run([&](fiber& self) {
    self.where->create(nobody, [](fiber&) {});
    throw std::bad_alloc();
  }),
               std::bad_alloc);
}

TEST(gate, holds_fibers_until_it_opens_and_none_after) {
  scheduler one(roomy, workers(1), 16);
  std::string log;
  gate door;
  one.run([&](fiber& self) {
    join_counter children;
    for (int i = 0; i < 3; ++i)
      run_first(self, self.where->create(children, [&](fiber& own) { log += 'w', door.wait(own), log += 'p'; }));
    log += 'o';
    door.open(self);
    children.wait(self);
    door.wait(self);
  });
  EXPECT_EQ(log, "wwwoppp");
}

}  // namespace
}  // namespace unitcost::fibers
