#include "impl/pools/elastic_crew.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <random>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "impl/pools/elastic_pool.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/futex.hpp"

namespace unitcost::pools {
namespace {

constexpr std::int64_t never_ns = 3'600'000'000'000;

/// Follows the size of a crew, and lets a test wait for it.
class followed_size {
 public:
  std::function<void(std::int64_t, unsigned)> listener() {
    return [this](std::int64_t, unsigned threads) {
      now_ = threads;
      now_.notify_all();
      most_ = std::max(most_.load(), threads);
      ever_less_ = ever_less_ || threads < before_;
      before_ = threads;
    };
  }
  void wait_until(unsigned threads) const {
    for (unsigned seen = now_; seen != threads; seen = now_) now_.wait(seen);
  }
  unsigned now() const { return now_; }
  unsigned most() const { return most_; }
  bool ever_less() const { return ever_less_; }

 private:
  std::atomic<unsigned> now_{0}, most_{0};
  unsigned before_ = 0;  // these two change under the crew's lock
  std::atomic<bool> ever_less_{false};
};

/// Counts how often the manager has looked at tasks that no idle thread is going to take, and lets a test wait for
/// that. It looks again only when it has acted on what it saw.
class followed_manager {
 public:
  auto listener() {
    return [this](size_limits const& limits, crew_state const& seen) {
      looks_ += seen.waiting_since_ns && seen.idle == 0 ? 1 : 0;
      looks_.notify_all();
      return next_start_ns(limits, seen);
    };
  }
  unsigned looks() const { return looks_; }
  void wait_for_more_looks_than(unsigned looks) const {
    for (unsigned seen = looks_; seen <= looks; seen = looks_) looks_.wait(seen);
  }

 private:
  std::atomic<unsigned> looks_{0};
};

elastic_options options(size_limits limits, followed_size& size, std::size_t capacity = 64) {
  return {.size = limits, .capacity = capacity, .cpus = {}, .on_size = size.listener()};
}

TEST(elastic_crew, starts_with_its_least) {
  followed_size size;
  elastic_pool pool(options({.least = 2, .most = 4}, size));
  EXPECT_EQ(pool.apply([] { return 7; }), 7);
  EXPECT_EQ(size.now(), 2u);
}

TEST(elastic_crew, refuses_limits_that_no_crew_can_keep) {
  EXPECT_THROW(elastic_crew({.size = {.least = 0}}), std::invalid_argument);
  EXPECT_THROW(elastic_crew({.size = {.least = 3, .most = 2}}), std::invalid_argument);
}

/// Tasks that all have to run at once before any of them ends.
std::vector<task_handle<void>> give_together(elastic_pool& pool, std::latch& all, unsigned count) {
  std::vector<task_handle<void>> given;
  for (unsigned index = 0; index < count; ++index) given.push_back(pool.apply_async([&all] { all.arrive_and_wait(); }));
  return given;
}

TEST(elastic_crew, grows_while_tasks_wait_and_shrinks_when_there_are_none) {
  followed_size size;
  elastic_pool pool(options({.least = 1, .most = 5, .grow_delay_ns = 0, .idle_time_out_ns = 0}, size));
  std::latch all{5};
  for (auto const& each : give_together(pool, all, 5)) each.wait();
  size.wait_until(1);
  pool.close();
  pool.join();
  auto const counts = pool.counts();
  EXPECT_EQ(counts.started - counts.retired, 1u);
  EXPECT_EQ(counts.most_threads, 5u);
}

TEST(elastic_crew, does_not_grow_before_its_delay_is_over) {
  followed_size size;
  followed_manager manager;
  runtime::futex_gate gate;
  std::counting_semaphore<> may_end{0};
  auto chosen = options({.least = 1, .most = 5, .grow_delay_ns = never_ns}, size);
  chosen.when_due = manager.listener();
  elastic_pool pool(chosen);
  pool.apply_async([&may_end] { may_end.acquire(); });
  for (int count = 0; count < 10; ++count) pool.apply_async([&gate] { gate.wait(); });
  manager.wait_for_more_looks_than(0);
  unsigned const looks = manager.looks();
  may_end.release();  // the one thread takes the next task, which the manager is told
  manager.wait_for_more_looks_than(looks);
  EXPECT_EQ(size.most(), 1u);
  gate.open();
}

TEST(elastic_crew, makes_room_at_once_for_another_when_a_thread_says_that_it_blocks) {
  runtime::futex_gate gate;
  elastic_pool pool(elastic_options{.size = {.least = 1, .most = 2, .grow_delay_ns = never_ns}});
  auto const blocking = pool.apply_async([&gate] {
    elastic_crew::blocking_section const here;
    gate.wait();
  });
  pool.apply([&gate] { gate.open(); });  // by another thread, or never
  blocking.wait();
  EXPECT_EQ(pool.counts().most_threads, 2u);
}

TEST(elastic_crew, counts_a_thread_as_blocked_once_however_often_it_says_so) {
  runtime::futex_gate gate;
  elastic_pool pool(elastic_options{.size = {.least = 1, .most = 2, .grow_delay_ns = never_ns}});
  auto const blocking = pool.apply_async([&gate] {
    elastic_crew::blocking_section const outer;
    elastic_crew::blocking_section const inner;
    gate.wait();
  });
  pool.apply([&gate] { gate.open(); });  // by another thread, or never
  blocking.wait();
  EXPECT_EQ(pool.counts().most_threads, 2u);
}

TEST(elastic_crew, does_not_exceed_its_most_however_many_block) {
  runtime::futex_gate gate;
  std::counting_semaphore<> running{0};
  elastic_pool pool(elastic_options{.size = {.least = 1, .most = 3, .grow_delay_ns = 0}});
  for (int count = 0; count < 6; ++count)
    pool.apply_async([&] {
      elastic_crew::blocking_section const here;
      running.release();
      gate.wait();
    });
  for (int count = 0; count < 3; ++count) running.acquire();
  gate.open();
  pool.close();
  pool.join();
  EXPECT_EQ(pool.counts().most_threads, 3u);
}

TEST(elastic_crew, counts_the_time_that_its_threads_idle) {
  elastic_pool pool(elastic_options{.size = {.least = 3, .most = 3}});
  EXPECT_EQ(pool.apply([] { return 1; }), 1);
  std::int64_t const before_ns = pool.counts().idle_ns;
  while (pool.counts().idle_ns < before_ns + 3'000'000) std::this_thread::yield();
}

TEST(elastic_crew, is_bounded_as_other_pools_are) {
  runtime::futex_gate gate;
  std::latch began{1};
  elastic_pool pool(elastic_options{.size = {.least = 1, .most = 1}, .capacity = 1});
  auto const running = pool.apply_async([&] {
    began.count_down();
    gate.wait();
  });
  began.wait();
  auto const queued = pool.apply_async([] { return 2; });
  EXPECT_FALSE(pool.try_apply_async([] {}).has_value());
  EXPECT_THROW(pool.join(), pool_still_running);
  pool.terminate();
  EXPECT_THROW(queued.get(), task_dropped);
  EXPECT_THROW(pool.apply_async([] {}), pool_not_running);
  gate.open();
  pool.join();
}

TEST(elastic_crew, that_cannot_start_its_least_says_why) {
  elastic_options impossible{.size = {.least = 2, .most = 2}};
  impossible.cpus = {runtime::allowed_cpus().front(), CPU_SETSIZE - 1};
  EXPECT_THROW(elastic_crew{impossible}, std::system_error);
}

TEST(elastic_crew, that_cannot_grow_works_on) {
  followed_manager manager;
  runtime::futex_gate gate;
  elastic_options no_second{.size = {.least = 1, .most = 2, .grow_delay_ns = 0}};
  no_second.cpus = {runtime::allowed_cpus().front(), CPU_SETSIZE - 1};
  no_second.when_due = manager.listener();
  elastic_pool pool(no_second);
  auto const running = pool.apply_async([&gate] { gate.wait(); });
  auto const waiting = pool.apply_async([] { return 1; });
  manager.wait_for_more_looks_than(1);  // between two of them it has tried
  gate.open();
  EXPECT_EQ(waiting.get(), 1);
  EXPECT_EQ(pool.apply([] { return 2; }), 2);
  EXPECT_EQ(pool.counts().started, 1u);
  EXPECT_EQ(pool.counts().most_threads, 1u);
}

/// Tasks from several givers, with pauses here and there, while the crew grows and shrinks all the time.
void play_with_elastic_crew(unsigned seed) {
  constexpr std::size_t givers = 3, tasks = 400;
  std::mt19937 random(seed);
  auto const at_most = [&random](unsigned bound) { return std::uniform_int_distribution<unsigned>(0, bound)(random); };
  size_limits const limits{.least = 1 + at_most(2),
                           .most = 3 + at_most(5),
                           .grow_delay_ns = 10'000 * at_most(2),
                           .idle_time_out_ns = 20'000 * at_most(2)};
  bool const cut_off = at_most(1) == 1;
  std::vector<std::atomic<int>> runs(givers * tasks);
  std::atomic<unsigned> running{0}, most_running{0}, refused{0};
  followed_size size;
  {
    elastic_pool pool(options(limits, size, 1 + at_most(20)));
    std::vector<std::jthread> giving;
    for (std::size_t giver = 0; giver < givers; ++giver)
      giving.emplace_back([&, giver] {
        for (std::size_t index = 0; index < tasks; ++index) try {
            pool.apply_async([&, at = giver * tasks + index] {
              unsigned const now = ++running;
              for (unsigned most = most_running; most < now && !most_running.compare_exchange_weak(most, now);) {
              }
              ++runs[at];
              if (at % 16 == 0) {
                elastic_crew::blocking_section const here;
                std::this_thread::sleep_for(std::chrono::microseconds(at % 200));
              }
              --running;
            });
            if (index % 100 == 99) std::this_thread::sleep_for(std::chrono::microseconds(200));
          } catch (pool_not_running const&) {
            ++refused;
          }
      });
    if (cut_off) {
      while (runs[tasks / 2] == 0) std::this_thread::yield();
      pool.close();
    }
    giving.clear();
    pool.close();
    pool.join();
    EXPECT_EQ(size.now(), 0u);
  }
  std::size_t ran = 0;
  for (auto const& count : runs) {
    EXPECT_LE(count, 1);
    ran += static_cast<std::size_t>(count);
  }
  EXPECT_EQ(ran + refused, givers * tasks) << "nothing is lost";
  EXPECT_LE(most_running, limits.most);
  EXPECT_LE(size.most(), limits.most);
  if (!cut_off) {
    EXPECT_EQ(refused, 0u);
  }
}

TEST(elastic_crew_stress, loses_nothing_and_keeps_its_bounds_while_it_grows_and_shrinks) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    play_with_elastic_crew(seed);
  }
}

}  // namespace
}  // namespace unitcost::pools
