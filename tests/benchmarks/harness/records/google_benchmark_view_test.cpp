#include "benchmarks/harness/records/google_benchmark_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/benchmarks/harness/sample_record.hpp"
#include "tests/benchmarks/harness/scratch_folder.hpp"

namespace unitcost::harness {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

json const manifest{{"started_utc", "2026-01-31T12:34:56Z"}, {"machine", {{"host", nullptr}, {"logical_cpus", 2}}}};

json entries_of(std::vector<record> const& records) { return google_benchmark_view(records, manifest)["benchmarks"]; }

TEST(google_benchmark_view, holds_only_what_ended_ok) {
  json const entries = entries_of({sample_record(0), failed_record(ending::crashed, "planted", 1),
                                   failed_record(ending::unstable, "planted", 2), sample_record(3)});
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0]["repetition_index"], 0);
  EXPECT_EQ(entries[1]["repetition_index"], 3);
}

TEST(google_benchmark_view, has_every_field_that_googles_compare_tool_reads) {
  json const entry = entries_of({sample_record(3)})[0];
  EXPECT_EQ(entry["name"], "spawn/std_thread/idle/cores:1");
  EXPECT_EQ(entry["run_name"], "spawn/std_thread/idle/cores:1");
  EXPECT_EQ(entry["run_type"], "iteration");
  EXPECT_EQ(entry["time_unit"], "ns");
  EXPECT_EQ(entry["real_time"], 1250.5);
  EXPECT_EQ(entry["cpu_time"], 103);
  EXPECT_EQ(entry["iterations"], 64);
  EXPECT_EQ(entry["threads"], 1);
  for (char const* key : {"family_index", "per_family_instance_index", "repetitions", "repetition_index"})
    EXPECT_TRUE(entry[key].is_number_integer()) << key;
}

TEST(google_benchmark_view, takes_the_wall_time_where_no_metric_is_a_time) {
  record footprint = sample_record();
  footprint.metrics = {fitted_metric()};
  json const entry = entries_of({footprint})[0];
  EXPECT_EQ(entry["real_time"], 101);
  EXPECT_EQ(entry["iterations"], 1);
}

TEST(google_benchmark_view, has_every_metric_as_a_counter) {
  json const entry = entries_of({sample_record()})[0];
  EXPECT_EQ(entry["spawn_latency_ns"], 1250.5);
  EXPECT_EQ(entry["total_bytes_per_unit"], 35'700);
}

TEST(google_benchmark_view, groups_the_repetitions_of_a_case_and_counts_those_it_holds) {
  record other = sample_record(0);
  other.case_name = "spawn/tbb/idle";
  json const entries =
      entries_of({sample_record(0), other, failed_record(ending::crashed, "planted", 1), sample_record(2)});
  EXPECT_EQ(entries[0]["family_index"], 0);
  EXPECT_EQ(entries[1]["family_index"], 1);
  EXPECT_EQ(entries[2]["family_index"], 0);
  EXPECT_EQ(entries[0]["repetitions"], 2);
  EXPECT_EQ(entries[1]["repetitions"], 1);
}

TEST(google_benchmark_view, describes_the_run_by_its_manifest) {
  json const context = google_benchmark_view({}, manifest)["context"];
  EXPECT_EQ(context["date"], "2026-01-31T12:34:56Z");
  EXPECT_TRUE(context["host_name"].is_null());
  EXPECT_EQ(context["num_cpus"], 2);
}

TEST(write_atomically, replaces_the_old_text_and_leaves_no_draft) {
  scratch_folder const folder;
  write_atomically(folder.put("results.json", "a longer old text"), "new");
  EXPECT_EQ(folder.text_of("results.json"), "new");
  EXPECT_FALSE(std::filesystem::exists(folder / "results.json.part"));
}

TEST(write_atomically, leaves_the_old_text_when_the_draft_cannot_be_written_and_names_it) {
  scratch_folder const folder;
  auto const target = folder.put("results.json", "old");
  std::filesystem::create_directory(folder / "results.json.part");
  EXPECT_THAT([&] { write_atomically(target, "new"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("results.json.part")));
  EXPECT_EQ(folder.text_of("results.json"), "old");
}

TEST(write_atomically, leaves_the_old_text_when_the_disk_is_full) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  scratch_folder const folder;
  auto const target = folder.put("results.json", "old");
  std::filesystem::create_symlink("/dev/full", folder / "results.json.part");
  EXPECT_THAT([&] { write_atomically(target, "new"); }, ThrowsMessage<std::runtime_error>(HasSubstr("disk full")));
  EXPECT_EQ(folder.text_of("results.json"), "old");
}

}  // namespace
}  // namespace unitcost::harness
