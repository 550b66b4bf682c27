#include "benchmarks/harness/contenders/contender_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(contender_command, is_a_name_and_behind_the_first_equals_sign_a_command) {
  auto const got = parse_contender_command("stackless@clang19=env A=1 ./unitcost contend stackless");
  EXPECT_EQ(got.name, "stackless@clang19");
  EXPECT_EQ(got.command, "env A=1 ./unitcost contend stackless");
  EXPECT_EQ(got.was_about, std::nullopt);
}

TEST(contender_command, may_have_a_version_and_a_flag_in_its_name) {
  for (char const* name : {"go", "lib_fork-3.8.0", "gcc+o3", "a@b"})
    EXPECT_EQ(parse_contender_command(std::string(name) + "=x").name, name);
}

TEST(contender_command, without_an_equals_sign_is_refused_with_its_form) {
  EXPECT_THAT([] { parse_contender_command("./program"); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("./program"), HasSubstr("NAME=COMMAND"))));
}

TEST(contender_command, whose_name_could_not_stand_in_a_cases_name_is_refused) {
  for (char const* name : {"", "Go", "3d", "a/b", "a:b", "a b", "_a", "caf\xc3\xa9"})
    EXPECT_THAT([=] { parse_contender_command(std::string(name) + "=x"); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("choose a name of")))
        << name;
}

TEST(contender_command, without_a_command_is_refused) {
  for (char const* typed : {"go=", "go=  "})
    EXPECT_THAT([=] { parse_contender_command(typed); },
                ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'go' has no command"), HasSubstr("go=COMMAND"))));
}

TEST(contender_command, becomes_the_program_and_gets_the_case_as_one_word) {
  EXPECT_THAT(arguments_to_measure("./mine --fast", R"({"case": "a b"})"),
              ElementsAre("/bin/sh", "-c", "exec ./mine --fast \"$@\"", "sh", "measure", R"({"case": "a b"})"));
}

TEST(contender_command, describes_itself_on_stdout_which_becomes_its_record) {
  EXPECT_THAT(arguments_to_describe("./mine"),
              ElementsAre("/bin/sh", "-c", "exec ./mine \"$@\" >&3", "sh", "describe"));
}

}  // namespace
}  // namespace unitcost::harness
