// The one list of workloads: a newcomer adds a header and one line here.
#pragma once

#include <cstddef>

#include "workloads/cpu/brackets.hpp"
#include "workloads/cpu/fib.hpp"
#include "workloads/cpu/grain.hpp"
#include "workloads/cpu/mandelbrot.hpp"
#include "workloads/cpu/matmul.hpp"
#include "workloads/cpu/nqueens.hpp"
#include "workloads/cpu/skynet.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

template <class... Workloads>
struct workload_list {
  static_assert((cpu_workload<Workloads> && ...));
  static constexpr std::size_t size = sizeof...(Workloads);
};

/// In the order of the report, from nothing but calls to nothing but work.
using cpu_workloads = workload_list<fib, skynet, nqueens, matmul, mandelbrot, brackets, grain>;

/// Calls visitor.template operator()<W>() for each workload of the list: for_each_workload(cpu_workloads{},
/// []<class W>() { … }).
template <class Visitor, class... Workloads>
constexpr void for_each_workload(workload_list<Workloads...>, Visitor&& visitor) {
  (visitor.template operator()<Workloads>(), ...);
}

}  // namespace unitcost::workloads
