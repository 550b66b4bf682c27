#include "workloads/all.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace unitcost::workloads {
namespace {

TEST(workload_list, is_visited_once_each_in_its_order) {
  std::vector<std::string> names;
  for_each_workload(cpu_workloads{}, [&names]<class Workload>() { names.emplace_back(Workload::name); });
  EXPECT_EQ(names, (std::vector<std::string>{"fib", "skynet", "nqueens", "matmul", "mandelbrot", "brackets", "grain"}));
  EXPECT_EQ(names.size(), cpu_workloads::size);
}

}  // namespace
}  // namespace unitcost::workloads
