#include "benchmarks/harness/contenders/contender_description.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

contender_command const libfork{"libfork", "./libfork", std::nullopt};

void expect_description_refused(std::string const& printed, std::string const& complaint) {
  EXPECT_THAT([&] { parse_description(libfork, printed); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("contender 'libfork'"), HasSubstr(complaint),
                                                         HasSubstr("`describe` has to print one JSON object such as"))))
      << printed;
}

TEST(contender_description, says_what_the_contender_is_and_what_it_offers) {
  auto const got = parse_description(
      libfork, R"({"protocol":1,"about":"libfork 3.8.0","measures":{"throughput":["fib","skynet"]}})");
  EXPECT_EQ(got.name, "libfork");
  EXPECT_EQ(got.command, "./libfork");
  EXPECT_EQ(got.about, "libfork 3.8.0");
  EXPECT_TRUE(got.offers("throughput", "skynet"));
  EXPECT_FALSE(got.offers("throughput", "matmul"));
  EXPECT_FALSE(got.offers("spawn", "fib"));
  EXPECT_TRUE(got.offers_first("throughput", "fib"));
  EXPECT_FALSE(got.offers_first("throughput", "skynet"));
  EXPECT_FALSE(got.offers_first("spawn", "fib"));
}

TEST(contender_description, comes_back_from_what_it_prints) {
  contender const before{"libfork", "./libfork", "libfork 3.8.0", {{"throughput", {"fib"}}}};
  auto const after = parse_description(libfork, description_of(before).dump());
  EXPECT_EQ(after.about, before.about);
  EXPECT_EQ(after.measures, before.measures);
}

TEST(contender_description, may_say_more_than_is_asked) {
  EXPECT_NO_THROW(
      parse_description(libfork, R"({"protocol":1,"about":"x","measures":{"throughput":["fib"]},"licence":"MIT"})"));
}

TEST(contender_description, that_is_not_one_json_object_is_refused) {
  for (char const* printed : {"", "hello", "[]", "1", R"({"protocol":1)", "{} {}"})
    expect_description_refused(printed, "is not one JSON object");
}

TEST(contender_description, of_another_protocol_is_refused_and_both_are_named) {
  expect_description_refused(R"({"protocol":2,"about":"x","measures":{"throughput":["fib"]}})",
                             "it speaks protocol 2, this unitcost speaks protocol 1");
  expect_description_refused(R"({"protocol":"1","about":"x","measures":{"throughput":["fib"]}})",
                             "it speaks protocol \"1\"");
  expect_description_refused(R"({"about":"x","measures":{"throughput":["fib"]}})", "has no \"protocol\"");
}

TEST(contender_description, without_a_key_or_with_another_type_is_refused_and_the_key_is_named) {
  expect_description_refused(R"({"protocol":1,"measures":{"throughput":["fib"]}})", "about");
  expect_description_refused(R"({"protocol":1,"about":"x"})", "measures");
  expect_description_refused(R"({"protocol":1,"about":7,"measures":{"throughput":["fib"]}})", "type");
  expect_description_refused(R"({"protocol":1,"about":"x","measures":["throughput"]})", "type");
  expect_description_refused(R"({"protocol":1,"about":"x","measures":{"throughput":"fib"}})", "type");
}

TEST(contender_description, that_says_or_offers_nothing_is_refused) {
  expect_description_refused(R"({"protocol":1,"about":"","measures":{"throughput":["fib"]}})", "\"about\" is empty");
  expect_description_refused(R"({"protocol":1,"about":"x","measures":{}})", "\"measures\" are none");
}

}  // namespace
}  // namespace unitcost::harness
