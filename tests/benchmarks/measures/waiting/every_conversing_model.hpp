// All that units wait for descriptors by: all models that have any together, and their other ways as far as this
// machine has them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "benchmarks/measures/together.hpp"
#include "benchmarks/measures/waiting/conversing_units.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/ways.hpp"

namespace unitcost::test {

/// Whether a process that has run its units can still fork, as these tests do for the other side. One that has used
/// clang's OpenMP cannot: its runtime aborts in the child. (A repetition of a run has a process to itself.)
template <class Model>
constexpr bool forks_after() {
#ifdef __clang__
  return !std::is_same_v<Model, models::openmp>;
#else
  return true;
#endif
}

/// Calls `visit.template operator()<M>()` for each.
template <class Visit>
void for_each_conversing_model(Visit visit) {
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (measures::why_none_together<Model>().empty() && forks_after<Model>()) {
      SCOPED_TRACE(Model::name);
      visit.template operator()<Model>();
    }
  });
  for_each_model(all_ways{}, [&]<class Model>() {
    SCOPED_TRACE(std::string(Model::name) + " " + std::string(Model::way));
    if (Model::why_not_here().empty()) visit.template operator()<Model>();
  });
}

}  // namespace unitcost::test
