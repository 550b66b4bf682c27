#include "benchmarks/measures/waiting/pile_up.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/all.hpp"
#include "impl/runtime/kernel_refusal.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/control_groups.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

TEST(pile_up_series, doubles_until_a_hundred_thousand) {
  std::vector<std::size_t> bursts{pile_up_series().first};
  while (bursts.back() < pile_up_series().most) bursts.push_back(pile_up_series().next(bursts.back()));
  EXPECT_THAT(bursts,
              testing::ElementsAre(16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 100'000));
}

TEST(pile_up_series, has_nobody_else_at_the_moment_of_the_burst_and_others_until_the_stall_is_over) {
  pile_up_series const series;
  auto const plan = series.plan(16);
  EXPECT_TRUE(std::ranges::is_sorted(plan));
  EXPECT_EQ(std::ranges::count(plan, series.moment_ns), 16);
  EXPECT_EQ(plan.front(), 0);
  EXPECT_GT(plan.back(), series.need.stalled_until_ns);
}

/// Servers that answer at once whatever they answer, whenever it is due.
class played_pile_up : public test::in_control_groups {
 protected:
  static void answer_next(burst_requests& requests) {
    burst_request const one = requests.take();
    one.answer(one.begin());
  }

  /// A series of 2, 4 and 8, with one request before and three after them, which nobody could answer too late.
  void play(std::function<void(burst_requests&)> const& serve, server_caps const& caps = {}) {
    pile_up_series const series{.first = 2,
                                .most = 8,
                                .moment_ns = 1,
                                .gap_ns = 5,
                                .duration_ns = 16,
                                .need = {.bytes = 64, .wait_ns = 0, .stalled_until_ns = 3'600'000'000'000}};
    measure_series(series, caps, true, serve, recorded_.given);
  }
  double told(std::string_view name) const { return recorded_.metric(name).value; }
  bool is_told(std::string_view name) const {
    return std::ranges::find(recorded_.out.metrics, name, &harness::metric::name) != recorded_.out.metrics.end();
  }

  recorded_measurement recorded_;
};

TEST_F(played_pile_up, that_never_breaks_is_told_as_such) {
  play([](burst_requests& requests) {
    while (!requests.all_taken()) answer_next(requests);
  });
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_EQ(told("survived"), 8);
  EXPECT_FALSE(is_told("broke_at")) << "no number of what did not happen";
  EXPECT_EQ(told("serves_again_ns"), 0);
  EXPECT_THAT(recorded_.out.notes, testing::ElementsAre("none of 8 requests at once failed"));
}

/// Has no room for the last of a burst of four, and no memory for the next one.
void refuse_some_of_four(burst_requests& requests) {
  bool const four = requests.size() == 8;
  for (unsigned taken = 0; !requests.all_taken(); ++taken) {
    burst_request const one = requests.take();
    start_or_refuse(one, [&] {
      if (four && taken == 4) throw runtime::kernel_refusal(EAGAIN, "planted");
      if (four && taken == 5) throw std::bad_alloc();
      one.answer(one.begin());
    });
  }
}

TEST_F(played_pile_up, that_breaks_tells_at_how_many_how_and_who_else_was_harmed) {
  play(refuse_some_of_four);
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_EQ(told("survived"), 2);
  EXPECT_EQ(told("survived_in_time"), 2);
  EXPECT_EQ(told("broke_at"), 4);
  EXPECT_EQ(told("refused_by_eagain"), 1);
  EXPECT_EQ(told("refused_by_enomem"), 1);
  EXPECT_EQ(told("refused_otherwise"), 2) << "of no task by the control group's count";
  EXPECT_EQ(told("others_failed"), 1);
  EXPECT_GT(told("serves_again_ns"), 0);
  EXPECT_THAT(recorded_.out.notes,
              testing::ElementsAre("of 4 requests at once some failed",
                                   "1 requests were refused by EAGAIN (Resource temporarily unavailable)",
                                   "1 requests were refused by ENOMEM (Cannot allocate memory)"));
}

TEST_F(played_pile_up, beside_which_others_are_answered_late_is_in_time_up_to_the_burst_before) {
  play([](burst_requests& requests) {
    while (!requests.all_taken()) {
      burst_request const one = requests.take();
      one.answer(one.begin());
      if (requests.size() > 6 && requests.all_taken()) one.fate->answered_ns += std::int64_t{4} * 3'600'000'000'000;
    }
  });
  EXPECT_EQ(told("survived"), 8);
  EXPECT_EQ(told("survived_in_time"), 2);
}

TEST_F(played_pile_up, that_a_server_loses_silently_is_wrong) {
  play([](burst_requests& requests) {
    requests.take();
    while (!requests.all_taken()) answer_next(requests);
  });
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(played_pile_up, in_which_more_is_held_than_there_are_tasks_is_wrong) {
  play(
      [](burst_requests& requests) {
        std::vector<std::pair<burst_request, std::vector<std::uint64_t>>> held;
        while (!requests.all_taken()) {
          burst_request const one = requests.take();
          held.emplace_back(one, one.begin());
        }
        for (auto const& [one, memory] : held) one.answer(memory);
      },
      {.tasks = 3});
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(played_pile_up, whose_server_dies_of_anything_but_its_limit_fails) {
  EXPECT_THROW(play([](burst_requests&) { throw std::runtime_error("planted"); }), std::exception);
}

/// The real thing, to where it breaks.
template <class Model>
class pile_up_of : public played_pile_up {};
using models_of_tasks = testing::Types<models::std_thread, models::process>;
TYPED_TEST_SUITE(pile_up_of, models_of_tasks);

TYPED_TEST(pile_up_of, breaks_at_the_limit_of_tasks_by_what_the_kernel_says) {
  auto const serve = [this](burst_requests& requests) {
    serve_burst<TypeParam>(this->recorded_.given.first_cpus(1), pile_up_manner, requests);
  };
  measure_series({.first = 8, .duration_ns = 500'000'000}, {.tasks = 16}, serves_by_tasks<TypeParam>(), serve,
                 this->recorded_.given);
  EXPECT_TRUE(this->recorded_.check_holds());
  EXPECT_LE(this->told("broke_at"), 16);
  EXPECT_GT(this->told("refused_by_eagain"), 0);
  EXPECT_EQ(this->told("refused_by_eagain"), this->told("refused_by_tasks"));
  EXPECT_GT(this->told("serves_again_ns"), 0);
}

}  // namespace
}  // namespace unitcost::measures
