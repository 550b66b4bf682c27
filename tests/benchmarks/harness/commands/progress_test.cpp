#include "benchmarks/harness/commands/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class progress_test : public testing::Test {
 protected:
  progress shown_as(progress_style style, std::size_t repetitions, double predicted_s) {
    return {out, style, repetitions, predicted_s, [this] { return now_s * 1'000'000'000; }};
  }
  /// What the last call has written.
  std::string take() {
    std::string const text = out.str();
    out.str("");
    return text;
  }

  std::ostringstream out;
  std::int64_t now_s = 1000;
};

TEST_F(progress_test, rewrites_one_line_on_a_terminal) {
  progress shown = shown_as(progress_style::live, 4, 90);
  shown.next("spawn/tbb/idle");
  EXPECT_EQ(take(), "\r[1/4] 1:30 left  spawn/tbb/idle\x1b[K");
  shown.next("switch/tbb/idle");
  EXPECT_THAT(take(), AllOf(StartsWith("\r[2/4] "), EndsWith("switch/tbb/idle\x1b[K")));
  shown.finish();
  EXPECT_EQ(take(), "\r\x1b[K");
}

TEST_F(progress_test, cuts_a_long_name_that_would_wrap_the_line) {
  progress shown = shown_as(progress_style::live, 1, 1);
  shown.next(std::string(300, 'x'));
  EXPECT_EQ(take().size(), 1 + 110 + 3u);
}

TEST_F(progress_test, writes_a_line_every_tenth_of_the_run_into_a_log) {
  progress shown = shown_as(progress_style::lines, 30, 90);
  std::string counts;
  for (int repetition = 0; repetition < 30; ++repetition) {
    shown.next("case");
    counts += take().empty() ? '.' : '|';
  }
  EXPECT_EQ(counts, "|..|..|..|..|..|..|..|..|..|..");
  shown.finish();
  EXPECT_EQ(take(), "");
}

TEST_F(progress_test, writes_every_line_of_a_run_of_fewer_than_ten_into_a_log) {
  progress shown = shown_as(progress_style::lines, 2, 90);
  shown.next("first");
  EXPECT_EQ(take(), "[1/2] 1:30 left  first\n");
  shown.next("second");
  EXPECT_THAT(take(), AllOf(StartsWith("[2/2] "), EndsWith("second\n")));
}

TEST_F(progress_test, says_nothing_when_quiet) {
  progress shown = shown_as(progress_style::quiet, 2, 90);
  shown.next("first");
  shown.finish();
  EXPECT_EQ(take(), "");
}

TEST_F(progress_test, goes_by_the_prediction_until_a_twentieth_is_done) {
  progress shown = shown_as(progress_style::live, 100, 200);
  for (int repetition = 0; repetition < 4; ++repetition) shown.next("case");
  now_s += 10;
  take();
  shown.next("case");
  EXPECT_THAT(take(), HasSubstr("[5/100] 3:10 left"));
}

TEST_F(progress_test, goes_by_the_pace_from_a_twentieth_on) {
  progress shown = shown_as(progress_style::live, 100, 200);
  for (int repetition = 0; repetition < 5; ++repetition) shown.next("case");
  now_s += 30;  // five in 30 s: 95 more in 570 s
  take();
  shown.next("case");
  EXPECT_THAT(take(), HasSubstr("[6/100] 9:30 left"));
}

TEST_F(progress_test, never_shows_less_than_no_time_left) {
  progress shown = shown_as(progress_style::live, 100, 5);
  now_s += 60;
  shown.next("case");
  EXPECT_THAT(take(), HasSubstr(" 0:00 left"));
}

}  // namespace
}  // namespace unitcost::harness
