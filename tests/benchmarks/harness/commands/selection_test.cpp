// How a run's contenders are written down and found again. That a whole selection comes back is tested end to end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/harness/commands/commands.hpp"
#include "benchmarks/harness/records/build_info.hpp"
#include "benchmarks/harness/records/manifest.hpp"
#include "tests/benchmarks/harness/scratch_folder.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

registry_settings const settings_with_go{.workers = {1}, .contenders = {{"go", "./go --fast", "go 1.22", {}}}};

/// A run that was begun with the contender go, and whose rounds are paired.
class begun_run {
 public:
  explicit begun_run(bool anonymous, json const& machine = json::object()) {
    command_line line;
    line.anonymous = anonymous;
    line.paired = true;
    json const manifest{{"schema", manifest_schema}, {"tool", tool_facts()},
                        {"build", build_facts()},    {"profile", "quick"},
                        {"repetitions", 6},          {"seed", 1},
                        {"machine", machine},        {"selection", selection_of(line, settings_with_go)}};
    folder_.put("manifest.json", manifest.dump());
  }
  command_line resumed_with(std::vector<contender_command> given) const {
    command_line line;
    line.resume = folder_ / "";
    line.contenders = std::move(given);
    return as_begun(line);
  }

 private:
  scratch_folder folder_;
};

TEST(selection, names_each_contender_its_command_and_what_it_is) {
  EXPECT_EQ(selection_of({}, settings_with_go)["contenders"].dump(),
            R"([{"name":"go","about":"go 1.22","command":"./go --fast"}])");
}

TEST(selection, of_an_anonymous_run_leaves_contenders_commands_out) {
  command_line line;
  line.anonymous = true;
  EXPECT_EQ(selection_of(line, settings_with_go)["contenders"].dump(), R"([{"name":"go","about":"go 1.22"}])");
}

TEST(selection, of_a_resumed_run_keeps_its_order_within_rounds) {
  EXPECT_TRUE(begun_run(false).resumed_with({}).paired);
}

TEST(selection, is_not_resumed_on_another_machine_or_other_cpus) {
  begun_run const elsewhere(false, {{"cpu_model", "Z80"}}), on_others(false, {{"cores_used", {4095}}});
  EXPECT_THAT([&] { elsewhere.resumed_with({}); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("another cpu_model"), HasSubstr("Z80"))));
  EXPECT_THAT([&] { on_others.resumed_with({}); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("another set of CPUs"), HasSubstr("4095"))));
}

TEST(selection, of_a_resumed_run_has_the_contenders_that_it_was_begun_with) {
  auto const line = begun_run(false).resumed_with({});
  ASSERT_THAT(line.contenders, SizeIs(1));
  EXPECT_EQ(line.contenders[0].name, "go");
  EXPECT_EQ(line.contenders[0].command, "./go --fast");
  EXPECT_EQ(line.contenders[0].was_about, "go 1.22");
}

TEST(selection, of_a_resumed_run_takes_a_contenders_command_said_anew) {
  auto const line = begun_run(true).resumed_with({{"go", "/elsewhere/go", std::nullopt}});
  ASSERT_THAT(line.contenders, SizeIs(1));
  EXPECT_EQ(line.contenders[0].command, "/elsewhere/go");
  EXPECT_EQ(line.contenders[0].was_about, "go 1.22");
}

TEST(selection, of_a_resumed_anonymous_run_asks_for_the_command_that_was_left_out) {
  EXPECT_THAT([] { begun_run(true).resumed_with({}); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'go'"), HasSubstr("--contender go=COMMAND"))));
}

TEST(selection, of_a_resumed_run_takes_no_further_contender) {
  EXPECT_THAT(
      [] {
        begun_run(false).resumed_with({{"rust", "./rust", std::nullopt}});
      },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("'rust'"), HasSubstr("--out"))));
}

}  // namespace
}  // namespace unitcost::harness
