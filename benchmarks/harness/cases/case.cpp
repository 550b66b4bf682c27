#include "benchmarks/harness/cases/case.hpp"

#include <algorithm>

namespace unitcost::harness {

benchmark_case::benchmark_case() = default;
benchmark_case::benchmark_case(benchmark_case const& other) = default;
benchmark_case::benchmark_case(benchmark_case&& other) noexcept = default;
benchmark_case& benchmark_case::operator=(benchmark_case const& other) = default;
benchmark_case& benchmark_case::operator=(benchmark_case&& other) noexcept = default;
benchmark_case::~benchmark_case() = default;

record record_of(benchmark_case const& one, unsigned repetition) {
  record out;
  out.case_name = one.name();
  out.measure = one.measure->name;
  out.model = one.model;
  out.workload = one.workload;
  out.parameters = parameters_of(one.label);
  out.headline = one.headline;
  out.repetition = repetition;
  return out;
}

work_and_way split_way(std::string_view name) {
  auto const begin = std::min({name.find("/over:"), name.find("/accept:"), name.find("/stacks:")});
  if (begin == std::string_view::npos) return {std::string(name), {}};
  auto const end = std::min(name.find('/', begin + 1), name.size());
  return {std::string(name.substr(0, begin)) + std::string(name.substr(end)),
          std::string(name.substr(begin + 1, end - begin - 1))};
}

double predicted_s(benchmark_case const& one, profile which) {
  return one.skip_reason.empty() ? limits_of(which).case_s * one.prediction_factor : 0;
}

}  // namespace unitcost::harness
