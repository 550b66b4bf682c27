// What the measures have in common when they name cases after models.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

#include "benchmarks/harness/cases/case.hpp"
#include "impl/model.hpp"

namespace unitcost::measures {

/// "impl/tbb/tbb.hpp".
std::string file_of(std::string_view model);

/// Why no unit of a graph runs under Model; empty where they do.
template <class Model>
constexpr std::string_view why_no_graph() {
  if constexpr (requires { Model::why_no_graph; })
    return Model::why_no_graph;
  else
    return {};
}

/// Why no unit of Model forks itself, so that only waves of units run under it; empty where they do.
template <class Model>
constexpr std::string_view why_no_unit_forks() {
  if constexpr (requires { Model::why_no_unit_forks; })
    return Model::why_no_unit_forks;
  else
    return why_no_graph<Model>();
}

/// Parts of a label, joined by '/', empty ones left out.
std::string join_parts(std::initializer_list<std::string_view> parts);
template <std::convertible_to<std::string_view>... Parts>
std::string joined(Parts const&... parts) {
  return join_parts({parts...});
}

/// A case of `measure` for `model`, still without its function.
harness::benchmark_case case_of(std::string_view model, harness::measure_info const& measure, std::string_view workload,
                                std::string label, harness::profile least);

template <class Model>
harness::benchmark_case case_of(harness::measure_info const& measure, std::string_view workload, std::string label,
                                harness::profile least) {
  return case_of(Model::name, measure, workload, std::move(label), least);
}

/// A model that came when the time of quick and standard was dealt out: these hold its headlines and what its like are
/// compared by (`compared`; in quick on several CPUs only), and full the rest. Of a peer of pools standard holds what
/// two CPUs make.
void hold_short_if_late(harness::benchmark_case& one, bool compared = false);

/// The same for a model that came as a peer where units wait: in a measure of which this is asked it has cases of full
/// only.
void hold_short_if_late_peer(harness::benchmark_case& one);

}  // namespace unitcost::measures
