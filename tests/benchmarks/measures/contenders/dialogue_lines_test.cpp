#include "benchmarks/measures/contenders/dialogue_lines.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "benchmarks/harness/supervision/ended_as.hpp"

namespace unitcost::measures {
namespace {

using harness::ending;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::uint64_t told_of_205(std::string const& line) { return told_number(line, "to hold 205 units", "holding", "205"); }

void expect_end_instead(std::string const& line, ending end, std::string const& reason) {
  try {
    told_of_205(line);
    FAIL() << "took " << line;
  } catch (harness::ended_as const& error) {
    EXPECT_EQ(error.end(), end);
    EXPECT_THAT(error.what(), HasSubstr(reason));
  }
}

TEST(told_number, is_what_the_line_says) { EXPECT_EQ(told_of_205(R"({"holding": 204})"), 204u); }

TEST(told_number, may_be_an_end_with_its_reason_instead) {
  expect_end_instead(R"({"end": "limit_reached", "reason": "no more threads"})", ending::limit_reached,
                     "no more threads");
  expect_end_instead(R"({"end": "skipped", "reason": "not here"})", ending::skipped, "not here");
}

TEST(told_number, is_no_good_end) {
  expect_end_instead(R"({"end": "ok", "units": 205, "checksum": "0000000000000000"})", ending::wrong_result,
                     "when asked to hold 205 units");
}

TEST(told_number, that_is_none_is_a_crash_that_quotes_the_line) {
  for (char const* line : {"fine", "[205]", "{}", R"({"holding": -1})", R"({"holding": "205"})", ""})
    EXPECT_THAT([&] { told_of_205(line); },
                ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(fmt::format("units it wrote \"{}\"", line)),
                                                        HasSubstr(R"(not {"holding": 205})"))));
  EXPECT_THAT([] { told_of_205("\xff\x01 fine"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("it wrote \"?? fine\"")));
}

TEST(told_number, is_no_end_that_only_we_can_give) {
  EXPECT_THROW(told_of_205(R"({"end": "unstable", "reason": "x"})"), std::invalid_argument);
}

constexpr char told_skipped[] = R"({"end": "skipped", "reason": "not here"})";

/// Of a shell that tells it, is asked no more, and does `last`.
std::string answer_of_who_skips_and(std::string const& last) {
  harness::contender_dialogue program(
      {"/bin/sh", "-c", fmt::format("read -r line; echo '{}' >&3; {}", told_skipped, last)});
  return answer_to(program, "what?");
}

TEST(answer_to, believes_an_end_only_of_a_program_that_then_ends_well_and_writes_no_more) {
  EXPECT_EQ(answer_of_who_skips_and("exit 0"), told_skipped);
  EXPECT_THAT([] { answer_of_who_skips_and("exit 3"); }, ThrowsMessage<std::runtime_error>(HasSubstr("status 3")));
  EXPECT_THAT([] { answer_of_who_skips_and("echo more >&3"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("more after its end")));
}

TEST(told_at_the_end, is_units_and_checksum) {
  auto const told = told_at_the_end(R"({"end": "ok", "units": 64, "checksum": "00000000000fa000"})");
  EXPECT_EQ(told.units, 64u);
  EXPECT_EQ(told.checksum, 0xfa000u);
}

}  // namespace
}  // namespace unitcost::measures
