#include "benchmarks/harness/machine/counter_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

using testing::HasSubstr;

TEST(counter_file, finds_a_whole_key_and_no_other_that_starts_alike) {
  recorded_machine const machine("v1");
  machine.put("stat", "kernel_stack 7\nkernel 5\n");
  counter_file file(machine / "stat");
  file.refresh();
  EXPECT_EQ(file.required("kernel"), 5u);
  EXPECT_EQ(file.value("stack"), std::nullopt);
}

TEST(counter_file, keeps_one_reading_until_it_is_refreshed) {
  recorded_machine const machine("v1");
  machine.put("usage", "1\n");
  counter_file file(machine / "usage");
  file.refresh();
  machine.put("usage", "23\n");
  EXPECT_EQ(file.only_number(), 1u);
  file.refresh();
  EXPECT_EQ(file.only_number(), 23u);
}

TEST(counter_file, names_the_file_in_each_complaint) {
  recorded_machine const machine("v1");
  counter_file file(machine / "usage");
  EXPECT_THAT(complaint_of([&] { file.refresh(); }), HasSubstr("/usage: cannot be read (No such file"));
  machine.put("usage", "much\n");
  file.refresh();
  EXPECT_THAT(complaint_of([&] { file.only_number(); }), HasSubstr("/usage: expected one number, found 'much'"));
  EXPECT_THAT(complaint_of([&] { file.required("rss"); }), HasSubstr("'rss'"));
  machine.put("usage", std::string(20'000, '1'));
  EXPECT_THAT(complaint_of([&] { file.refresh(); }), HasSubstr("more than"));
}

}  // namespace
}  // namespace unitcost::harness
