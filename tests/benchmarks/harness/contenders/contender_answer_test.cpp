#include "benchmarks/harness/contenders/contender_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace unitcost::harness {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr char good_answer[] =
    R"({"end":"ok","units":21891,"checksum":"0000000000002ac2","runs":400,"elapsed_ns":31000000})";

std::string answer_with(char const* key, json value) {
  json out = json::parse(good_answer);
  out[key] = std::move(value);
  return out.dump();
}

void expect_no_answer(std::string const& text, std::string const& complaint) {
  EXPECT_THAT([&] { parse_contender_answer(text); }, ThrowsMessage<std::invalid_argument>(HasSubstr(complaint)))
      << text;
}

TEST(contender_answer, that_is_ok_holds_the_facts_of_the_runs) {
  auto const got = parse_contender_answer(good_answer);
  EXPECT_EQ(got.end, ending::ok);
  EXPECT_EQ(got.reason, "");
  EXPECT_EQ(got.facts.units, 21'891u);
  EXPECT_EQ(got.facts.checksum, 0x2ac2u);
  EXPECT_EQ(got.facts.runs, 400u);
  EXPECT_EQ(got.facts.elapsed_ns, 31e6);
}

TEST(contender_answer, keeps_all_64_bits_of_units_and_checksum) {
  auto got = parse_contender_answer(answer_with("checksum", "ffffffffffffffff"));
  EXPECT_EQ(got.facts.checksum, std::numeric_limits<std::uint64_t>::max());
  got = parse_contender_answer(answer_with("units", std::numeric_limits<std::uint64_t>::max()));
  EXPECT_EQ(got.facts.units, std::numeric_limits<std::uint64_t>::max());
}

TEST(contender_answer, may_tell_fractions_of_a_nanosecond) {
  EXPECT_EQ(parse_contender_answer(answer_with("elapsed_ns", 1.5)).facts.elapsed_ns, 1.5);
}

TEST(contender_answer, may_be_another_end_with_its_reason) {
  for (ending end : {ending::skipped, ending::wrong_result, ending::crashed, ending::timed_out, ending::out_of_memory,
                     ending::limit_reached, ending::deadlocked}) {
    auto const got = parse_contender_answer(json{{"end", to_string(end)}, {"reason", "as the program says"}}.dump());
    EXPECT_EQ(got.end, end);
    EXPECT_EQ(got.reason, "as the program says");
  }
}

TEST(contender_answer, comes_back_from_its_text) {
  auto const ok = parse_contender_answer(to_text(parse_contender_answer(good_answer)));
  EXPECT_EQ(ok.facts.units, 21'891u);
  EXPECT_EQ(ok.facts.checksum, 0x2ac2u);
  EXPECT_EQ(ok.facts.runs, 400u);
  EXPECT_EQ(ok.facts.elapsed_ns, 31e6);
  auto const skipped = parse_contender_answer(to_text({ending::skipped, "too dear", {}}));
  EXPECT_EQ(skipped.end, ending::skipped);
  EXPECT_EQ(skipped.reason, "too dear");
}

TEST(contender_answer, of_nothing_says_where_it_was_expected) {
  expect_no_answer("", "nothing was written to descriptor 3");
}

TEST(contender_answer, that_is_not_one_json_object_is_none) {
  expect_no_answer("hello", "parse error");
  expect_no_answer("[1]", "it is not a JSON object");
  expect_no_answer(std::string(good_answer) + good_answer, "parse error");
  expect_no_answer(std::string(good_answer).substr(0, 40), "parse error");
}

TEST(contender_answer, without_a_key_is_none_and_names_it) {
  for (char const* key : {"end", "units", "checksum", "runs", "elapsed_ns"}) {
    json lacking = json::parse(good_answer);
    lacking.erase(key);
    expect_no_answer(lacking.dump(), key);
  }
}

TEST(contender_answer, of_units_alone_needs_no_time) {
  constexpr char units_alone[] = R"({"end":"ok","units":64,"checksum":"0000000000000abc"})";
  auto const got = parse_contender_answer(units_alone, facts_due::of_units);
  EXPECT_EQ(got.facts.units, 64u);
  EXPECT_EQ(got.facts.checksum, 0xabcu);
  EXPECT_THAT([] { parse_contender_answer(R"({"end":"ok","units":64})", facts_due::of_units); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("checksum")));
}

TEST(contender_answer, whose_counts_are_not_whole_or_negative_is_none) {
  for (char const* key : {"units", "runs"})
    for (json const& value : {json(-1), json(0.5), json("7"), json(nullptr)})
      expect_no_answer(answer_with(key, value), std::string("\"") + key + "\" is " + value.dump());
}

TEST(contender_answer, whose_time_is_no_number_is_none) {
  expect_no_answer(answer_with("elapsed_ns", "31"), "not a number");
}

TEST(contender_answer, whose_checksum_has_not_16_hexadecimal_digits_is_none) {
  for (char const* text : {"", "2ac2", "0x00000000002ac2", "000000000000002ac2", "00000000 0002ac2"})
    expect_no_answer(answer_with("checksum", text), "not 16 hexadecimal digits");
  expect_no_answer(answer_with("checksum", 10'946), "type");
}

TEST(contender_answer, of_an_end_that_it_cannot_know_is_none) {
  expect_no_answer(R"({"end":"unstable","reason":"x"})", "only unitcost can tell");
  expect_no_answer(R"({"end":"fine"})", "unknown end 'fine'");
}

TEST(contender_answer, of_another_end_without_its_reason_is_none) {
  expect_no_answer(R"({"end":"skipped"})", "without a \"reason\"");
  expect_no_answer(R"({"end":"crashed","reason":""})", "without a \"reason\"");
}

constexpr work_facts possible_facts{.units = 7, .checksum = 8, .runs = 9, .elapsed_ns = 1000};

TEST(impossibility, is_none_of_runs_that_took_some_of_the_programs_life) {
  EXPECT_EQ(impossibility_of(possible_facts, 1001), "");
  EXPECT_EQ(impossibility_of(possible_facts, 1000), "");
}

TEST(impossibility, is_a_time_longer_than_the_program_lived) {
  EXPECT_THAT(impossibility_of(possible_facts, 999), HasSubstr("took 1000 ns, and lived for 999 ns"));
}

TEST(impossibility, is_no_run_at_all) {
  work_facts facts = possible_facts;
  facts.runs = 0;
  EXPECT_THAT(impossibility_of(facts, 1001), HasSubstr("ran 0 times"));
}

TEST(impossibility, is_a_time_that_is_not_positive) {
  for (double const elapsed_ns : {0.0, -5.0, std::numeric_limits<double>::quiet_NaN()}) {
    work_facts facts = possible_facts;
    facts.elapsed_ns = elapsed_ns;
    EXPECT_THAT(impossibility_of(facts, 1001), HasSubstr("its runs took")) << elapsed_ns;
  }
}

}  // namespace
}  // namespace unitcost::harness
