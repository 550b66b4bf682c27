#include "benchmarks/measures/units/awaiting_side.hpp"

#include <gtest/gtest.h>

#include "benchmarks/measures/all.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

template <class Way>
class awaiting_side_of : public ::testing::Test {};
using ways = ::testing::Types<own_way, bare_way<frame_from_new>, bare_way<frame_from_cache>>;
TYPED_TEST_SUITE(awaiting_side_of, ways);

TYPED_TEST(awaiting_side_of, either_kind_resume_a_coroutine_as_often_as_asked) {
  turn_count turns;
  for (std::uint64_t const resumes : {0u, 1u, 2u, 1000u}) time_resumes<TypeParam>(resumes, turns);
  EXPECT_EQ(turns.taken, 1003u);
  EXPECT_EQ(turns.due, 1003u);
  EXPECT_EQ(stackless_runtime::frames_alive(), 0u);
}

TYPED_TEST(awaiting_side_of, either_kind_transfer_as_often_as_asked_whichever_of_the_two_ends_first) {
  turn_count turns;
  for (std::uint64_t const transfers : {1u, 2u, 3u, 1000u}) time_transfers<TypeParam>(transfers, turns);
  EXPECT_EQ(turns.taken, 1006u);
  EXPECT_EQ(turns.due, 1006u);
  EXPECT_EQ(stackless_runtime::frames_alive(), 0u);
}

TYPED_TEST(awaiting_side_of, either_kind_make_and_end_as_many_coroutines_as_asked) {
  turn_count turns;
  for (std::uint64_t const cycles : {0u, 1u, 1000u}) time_cycles<TypeParam>(cycles, turns);
  EXPECT_EQ(turns.taken, 1001u);
  EXPECT_EQ(turns.due, 1001u);
  EXPECT_EQ(stackless_runtime::frames_alive(), 0u);
}

/// A loop by its own account, of which every `lost`-th turn is not taken.
struct scripted_turns {
  std::int64_t ns;
  std::uint64_t lost = 0;

  std::int64_t operator()(std::uint64_t iterations, turn_count& turns) const {
    turns.due += iterations;
    turns.taken += iterations - lost;
    return static_cast<std::int64_t>(iterations) * ns;
  }
};

TEST(compare_ways, tells_the_ratio_of_two_loops) {
  recorded_measurement recorded;
  report_primitive(compare_ways(0, recorded.given, scripted_turns{21}, scripted_turns{20}), recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("primitive_ns").value, 21);
  EXPECT_DOUBLE_EQ(recorded.metric("bare_ns").value, 20);
  EXPECT_DOUBLE_EQ(recorded.metric("ratio_to_bare").value, 1.05);
  EXPECT_EQ(recorded.metric("ratio_to_bare").better, harness::direction::smaller);
  EXPECT_TRUE(recorded.check_holds());
}

TEST(compare_ways, fails_the_check_when_ours_loses_a_resume) {
  recorded_measurement recorded;
  compare_ways(0, recorded.given, scripted_turns{20, 1}, scripted_turns{20});
  EXPECT_FALSE(recorded.check_holds());
}

TEST(compare_ways, fails_the_check_when_the_bare_loop_loses_a_resume) {
  recorded_measurement recorded;
  compare_ways(0, recorded.given, scripted_turns{20}, scripted_turns{20, 1});
  EXPECT_FALSE(recorded.check_holds());
}

TEST(awaiting_side, are_each_measured_and_checked) {
  harness::registry all({{1, 2}});
  add_awaiting_side_cases(all);
  EXPECT_EQ(all.cases().size(), 4u);
  for (auto const& one : all.cases()) {
    recorded_measurement recorded;
    one.run(recorded.given);
    EXPECT_TRUE(recorded.check_holds()) << one.name();
    EXPECT_GT(recorded.metric("ratio_to_bare").value, 0) << one.name();
  }
}

}  // namespace
}  // namespace unitcost::measures
