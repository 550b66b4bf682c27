#include "benchmarks/measures/model_cases.hpp"

#include <algorithm>
#include <utility>

namespace unitcost::measures {

std::string file_of(std::string_view model) { return "impl/" + std::string(model) + "/" + std::string(model) + ".hpp"; }

std::string join_parts(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (std::string_view const part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

harness::benchmark_case case_of(std::string_view model, harness::measure_info const& measure, std::string_view workload,
                                std::string label, harness::profile least) {
  harness::benchmark_case one;
  one.measure = &measure;
  one.model = model;
  one.workload = workload;
  one.label = std::move(label);
  one.model_file = file_of(model);
  one.least = least;
  return one;
}

void hold_short_if_late(harness::benchmark_case& one, bool compared) {
  if (one.headline) return;
  if (one.model == "std_async" || one.model == "asio_pool")
    one.least = one.cpus_used == 2 ? std::max(one.least, harness::profile::standard) : harness::profile::full;
  if (one.model != "openmp") return;
  if (!compared)
    one.least = harness::profile::full;
  else if (one.cpus_used == 1)
    one.least = std::max(one.least, harness::profile::standard);
}

void hold_short_if_late_peer(harness::benchmark_case& one) {
  if (one.model == "asio") one.least = harness::profile::full;
}

}  // namespace unitcost::measures
