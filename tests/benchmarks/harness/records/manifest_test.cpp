#include "benchmarks/harness/records/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/benchmarks/harness/scratch_folder.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::ThrowsMessage;

constexpr char const* utc_pattern = "[0-9]+-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z";

manifest_settings sample_settings(bool anonymous) {
  return {.command_line = {"run", "--seed", "7"},
          .profile_name = "quick",
          .repetitions = 6,
          .seed = 18'446'744'073'709'551'615u,
          .cpus = {0, 1},
          .enforcement = "cgroup v1",
          .chosen_cases = {{"filter", "switch"}},
          .anonymous = anonymous};
}

TEST(manifest, says_what_was_asked_for_so_that_it_can_be_asked_again) {
  json const written = begin_manifest(sample_settings(true));
  EXPECT_EQ(written["schema"], manifest_schema);
  EXPECT_EQ(written["command_line"].dump(), R"(["run","--seed","7"])");
  EXPECT_EQ(written["profile"], "quick");
  EXPECT_EQ(written["repetitions"], 6);
  EXPECT_EQ(written["seed"], 18'446'744'073'709'551'615u);
  EXPECT_EQ(written["selection"]["filter"], "switch");
  EXPECT_EQ(written["machine"]["cores_used"].dump(), "[0,1]");
  EXPECT_EQ(written["limit_enforcement"], "cgroup v1");
}

TEST(manifest, says_which_tool_and_build_it_was) {
  json const written = begin_manifest(sample_settings(true));
  for (char const* key : {"version", "commit", "dirty"}) EXPECT_TRUE(written["tool"].contains(key)) << key;
  for (char const* key : {"compiler", "flags", "type"}) EXPECT_TRUE(written["build"].contains(key)) << key;
}

TEST(manifest, describes_the_machine) {
  json const written = begin_manifest(sample_settings(true));
  for (char const* key : {"machine", "limits", "libraries", "mitigations"}) EXPECT_TRUE(written.contains(key)) << key;
}

TEST(manifest, is_unfinished_until_it_is_finished) {
  json written = begin_manifest(sample_settings(true));
  EXPECT_THAT(written["started_utc"].get<std::string>(), MatchesRegex(utc_pattern));
  EXPECT_TRUE(written["finished_utc"].is_null());
  EXPECT_FALSE(written["noise"]["before"].empty());
  EXPECT_TRUE(written["noise"]["after"].empty());
  finish_manifest(written);
  EXPECT_THAT(written["finished_utc"].get<std::string>(), MatchesRegex(utc_pattern));
  EXPECT_FALSE(written["noise"]["after"].empty());
}

TEST(manifest, leaves_host_and_user_out_when_anonymous) {
  json const machine = begin_manifest(sample_settings(true))["machine"];
  EXPECT_TRUE(machine["host"].is_null());
  EXPECT_TRUE(machine["user"].is_null());
}

TEST(manifest, leaves_paths_and_contenders_commands_out_when_anonymous) {
  manifest_settings settings = sample_settings(true);
  settings.command_line = {"run", "--out", "/home/me", "--contender", "go=/home/me/go", "--contender=c=/home/me/c",
                           "-q"};
  EXPECT_EQ(begin_manifest(settings)["command_line"].dump(),
            R"(["run","--out","PATH","--contender","go=COMMAND","--contender=c=COMMAND","-q"])");
  settings.anonymous = false;
  EXPECT_EQ(begin_manifest(settings)["command_line"][4], "go=/home/me/go");
}

TEST(manifest, names_the_host_when_not_anonymous) {
  char host[256] = "";
  ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
  EXPECT_EQ(begin_manifest(sample_settings(false))["machine"]["host"], host);
}

TEST(manifest, comes_back_from_its_file) {
  scratch_folder const folder;
  json const written = begin_manifest(sample_settings(true));
  EXPECT_EQ(read_manifest(folder.put("manifest.json", written.dump(1))), written);
}

TEST(manifest, that_is_missing_is_named) {
  scratch_folder const folder;
  EXPECT_THAT([&] { read_manifest(folder / "manifest.json"); },
              ThrowsMessage<std::runtime_error>(
                  AllOf(HasSubstr((folder / "manifest.json").string()), HasSubstr("is this a run directory?"))));
}

TEST(manifest, that_is_not_json_is_named) {
  scratch_folder const folder;
  auto const file = folder.put("manifest.json", "{\"schema\": ");
  EXPECT_THAT([&] { read_manifest(file); },
              ThrowsMessage<std::runtime_error>(HasSubstr(file.string() + " is not JSON")));
}

TEST(manifest, of_another_schema_is_named) {
  scratch_folder const folder;
  for (char const* text : {R"({"schema": "unitcost.manifest/2"})", R"({"name": "unitcost"})", "[]", "null"}) {
    auto const file = folder.put("manifest.json", text);
    EXPECT_THAT([&] { read_manifest(file); },
                ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(file.string()), HasSubstr("unitcost.manifest/1"))))
        << text;
  }
}

TEST(manifest, whose_schema_is_no_text_is_named) {
  scratch_folder const folder;
  auto const file = folder.put("manifest.json", R"({"schema": 1})");
  EXPECT_THAT([&] { read_manifest(file); }, ThrowsMessage<std::runtime_error>(HasSubstr(file.string())));
}

}  // namespace
}  // namespace unitcost::harness
