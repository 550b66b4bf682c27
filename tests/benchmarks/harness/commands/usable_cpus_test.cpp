#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include "benchmarks/harness/commands/commands.hpp"

namespace unitcost::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

command_line with_cpus(std::vector<int> cpus) {
  command_line line;
  line.cpus = std::move(cpus);
  return line;
}

/// Confines the test to one CPU and gives the others back.
class one_cpu_only {
 public:
  explicit one_cpu_only(int cpu) {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(cpu), &one);
    ::sched_setaffinity(0, sizeof one, &one);
  }
  one_cpu_only(one_cpu_only const&) = delete;
  one_cpu_only& operator=(one_cpu_only const&) = delete;
  ~one_cpu_only() { ::sched_setaffinity(0, sizeof before_, &before_); }

 private:
  cpu_set_t before_;
};

TEST(usable_cpus, are_all_that_the_process_may_run_on) {
  int const last = usable_cpus({}).back();
  one_cpu_only const confined(last);
  EXPECT_THAT(usable_cpus({}), ElementsAre(last));
}

TEST(usable_cpus, are_those_asked_for_in_their_order) {
  auto const all = usable_cpus({});
  std::vector<int> const reversed(all.rbegin(), all.rend());
  EXPECT_EQ(usable_cpus(with_cpus(reversed)), reversed);
}

TEST(usable_cpus, do_not_include_one_that_the_process_may_not_run_on) {
  auto const all = usable_cpus({});
  if (all.size() < 2) GTEST_SKIP() << "needs two CPUs";
  one_cpu_only const confined(all[0]);
  EXPECT_THAT(
      [&] {
        usable_cpus(with_cpus({all[0], all[1]}));
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("CPU " + std::to_string(all[1]))));
}

TEST(usable_cpus, do_not_include_one_beyond_what_the_kernel_can_name) {
  EXPECT_THROW(usable_cpus(with_cpus({CPU_SETSIZE})), std::invalid_argument);
}

TEST(worker_counts, double_up_to_the_number_of_cpus_which_is_always_one_of_them) {
  EXPECT_THAT(worker_counts({}, 1), ElementsAre(1));
  EXPECT_THAT(worker_counts({}, 2), ElementsAre(1, 2));
  EXPECT_THAT(worker_counts({}, 6), ElementsAre(1, 2, 4, 6));
  EXPECT_THAT(worker_counts({}, 8), ElementsAre(1, 2, 4, 8));
}

TEST(worker_counts, are_those_asked_for_even_beyond_the_cpus) {
  command_line line;
  line.workers = {3, 64};
  EXPECT_THAT(worker_counts(line, 2), ElementsAre(3, 64));
}

}  // namespace
}  // namespace unitcost::harness
