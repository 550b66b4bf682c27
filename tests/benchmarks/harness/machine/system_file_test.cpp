#include "benchmarks/harness/machine/system_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(system_file, reads_values_in_kilobytes_as_bytes) {
  recorded_machine const machine("v1");
  EXPECT_EQ(system_file(machine / "proc/meminfo").value("MemFree"), 24396612ull * 1024);
  EXPECT_EQ(system_file(machine / "proc/meminfo").value("HugePages_Total"), 0u);
}

TEST(system_file, names_the_file_the_finding_and_the_remedy_for_rubbish) {
  recorded_machine const machine("v1");
  machine.put("proc/sys/kernel/pid_max", "many\n");
  system_file const file(machine / "proc/sys/kernel/pid_max");
  EXPECT_THAT(complaint_of([&] { file.number(); }),
              AllOf(HasSubstr(file.path().string()), HasSubstr("found 'many'"), HasSubstr("unitcost doctor")));
  EXPECT_EQ(file.number_if_readable(), std::nullopt);
}

TEST(system_file, tells_a_missing_file_and_a_missing_key) {
  recorded_machine const machine("v1");
  EXPECT_THAT(complaint_of([&] { system_file(machine / "proc/none").text(); }),
              AllOf(HasSubstr("proc/none"), HasSubstr("No such file")));
  EXPECT_THAT(complaint_of([&] { system_file(machine / "proc/meminfo").value("Gold"); }), HasSubstr("'Gold'"));
  EXPECT_THAT(complaint_of([&] { system_file(machine / "proc/none").write("1"); }), HasSubstr("No such file"));
}

TEST(system_file, takes_a_folder_for_unreadable) {
  recorded_machine const machine("v1");
  EXPECT_FALSE(system_file(machine / "proc").readable());
}

TEST(system_file, splits_words_at_any_blanks) { EXPECT_THAT(words_of("  a \t bc\n"), ElementsAre("a", "bc")); }

TEST(system_file, accepts_only_whole_unsigned_numbers) {
  EXPECT_EQ(number_in("42"), 42u);
  for (auto const* word : {"", "-1", "42kB", "max", "99999999999999999999"})
    EXPECT_EQ(number_in(word), std::nullopt) << word;
}

}  // namespace
}  // namespace unitcost::harness
