#include "benchmarks/harness/contenders/contender_roll.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

/// A shell's function as a contender: the words behind the command become its arguments.
contender_command scripted_contender(std::string name, std::string const& script) {
  return {std::move(name), "/bin/sh -c '" + script + "' sh", std::nullopt};
}

constexpr char describes_itself[] =
    R"(test "$1" = describe && echo "{\"protocol\":1,\"about\":\"a shell\",\"measures\":{\"throughput\":[\"fib\"]}}")";

void expect_call_refused(contender_command const& who, std::string const& complaint) {
  EXPECT_THAT([&] { call_contenders({who}); }, ThrowsMessage<std::invalid_argument>(AllOf(
                                                   HasSubstr("contender '" + who.name + "'"), HasSubstr(complaint))));
}

TEST(contender_roll, asks_each_program_what_it_is) {
  auto const called =
      call_contenders({scripted_contender("a", describes_itself), scripted_contender("b", describes_itself)});
  ASSERT_THAT(called, SizeIs(2));
  EXPECT_EQ(called[0].name, "a");
  EXPECT_EQ(called[1].about, "a shell");
  EXPECT_TRUE(called[1].offers("throughput", "fib"));
}

TEST(contender_roll, does_not_take_what_is_said_on_stderr_for_the_description) {
  EXPECT_EQ(call_contenders({scripted_contender("a", std::string("echo warning >&2; ") + describes_itself)})[0].about,
            "a shell");
}

TEST(contender_roll, with_two_of_one_name_is_refused) {
  EXPECT_THAT(
      [] {
        call_contenders({scripted_contender("a", describes_itself), scripted_contender("a", describes_itself)});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("two contenders are named 'a'")));
}

TEST(contender_roll, with_one_that_fails_to_describe_itself_quotes_it_and_says_how_to_try) {
  expect_call_refused(scripted_contender("a", "echo no such luck >&2; exit 3"), "ended with status 3: no such luck");
  expect_call_refused({"b", "/nonexistent/program", std::nullopt}, "try it by hand: /nonexistent/program describe");
  expect_call_refused(scripted_contender("c", "kill -SEGV $$"), "killed by Segmentation fault");
}

TEST(contender_roll, with_one_that_prints_something_else_is_refused) {
  expect_call_refused(scripted_contender("a", "echo usage: a"), "is not one JSON object");
  expect_call_refused(scripted_contender("b", ":"), "is not one JSON object");
}

TEST(contender_roll, with_one_that_floods_its_description_is_refused) {
  expect_call_refused(scripted_contender("a", "yes"), "printed more than 1048576 bytes");
}

TEST(contender_roll, of_a_resumed_run_takes_those_only_that_are_what_they_were) {
  auto same = scripted_contender("a", describes_itself);
  same.was_about = "a shell";
  EXPECT_THAT(call_contenders({same}), SizeIs(1));
  auto other = same;
  other.was_about = "a younger shell";
  expect_call_refused(other, "is another than when the run was begun: \"a younger shell\", now \"a shell\"");
}

}  // namespace
}  // namespace unitcost::harness
