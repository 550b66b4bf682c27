// What the measures have in common when they name cases after models.
#pragma once

#include <algorithm>
#include <concepts>
#include <string>
#include <string_view>

#include "benchmarks/harness/cases/case.hpp"
#include "impl/model.hpp"

namespace unitcost::measures {

/// "impl/tbb/tbb.hpp".
template <class Model>
std::string file_of() {
  return "impl/" + std::string(Model::name) + "/" + std::string(Model::name) + ".hpp";
}

/// Why no unit of a graph runs under Model; empty where they do.
template <class Model>
constexpr std::string_view why_no_graph() {
  if constexpr (requires { Model::why_no_graph; })
    return Model::why_no_graph;
  else
    return {};
}

/// Parts of a label, joined by '/', empty ones left out.
template <std::convertible_to<std::string_view>... Parts>
std::string joined(Parts const&... parts) {
  std::string out;
  auto add = [&out](std::string_view part) {
    if (part.empty()) return;
    if (!out.empty()) out += '/';
    out += part;
  };
  (add(parts), ...);
  return out;
}

/// A case of `measure` for `Model`, still without its function.
template <class Model>
harness::benchmark_case case_of(harness::measure_info const& measure, std::string_view workload, std::string label,
                                harness::profile least) {
  harness::benchmark_case one;
  one.measure = &measure;
  one.model = Model::name;
  one.workload = workload;
  one.label = std::move(label);
  one.model_file = file_of<Model>();
  one.least = least;
  return one;
}

/// A model that came when the time of quick and standard was dealt out: these hold its headlines and what its like are
/// compared by (`compared`; in quick on several CPUs only), and full the rest.
template <class Model>
void hold_short_if_late(harness::benchmark_case& one, bool compared = false) {
  if (Model::name != "openmp" || one.headline) return;
  if (!compared)
    one.least = harness::profile::full;
  else if (one.cpus_used == 1)
    one.least = std::max(one.least, harness::profile::standard);
}

}  // namespace unitcost::measures
