#include "benchmarks/harness/cases/case.hpp"

#include <algorithm>
#include <charconv>

namespace unitcost::harness {

record record_of(benchmark_case const& one, unsigned repetition) {
  record out;
  out.case_name = one.name();
  out.measure = one.measure->name;
  out.model = one.model;
  out.workload = one.workload;
  out.parameters = one.parameters;
  out.headline = one.headline;
  out.repetition = repetition;
  return out;
}

json parameters_of(std::string_view label) {
  json out = json::object();
  while (!label.empty()) {
    std::string_view const part = label.substr(0, label.find('/'));
    label.remove_prefix(part.size() == label.size() ? part.size() : part.size() + 1);
    auto const colon = part.find(':');
    if (colon == std::string_view::npos) continue;
    std::string const key(part.substr(0, colon));
    std::string_view const value = part.substr(colon + 1);
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error == std::errc{} && end == value.data() + value.size())
      out[key] = number;
    else
      out[key] = std::string(value);
  }
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
