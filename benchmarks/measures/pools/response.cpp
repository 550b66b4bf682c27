#include "benchmarks/measures/pools/response.hpp"

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"

namespace unitcost::measures {

std::vector<std::int64_t> requests_of(harness::measurement const& given) {
  auto const& settings = given.settings();
  return load::arrivals_ns(
      {.per_second = static_cast<double>(requests_per_second), .seed = settings.seed + settings.repetition},
      600'000'000);
}

void report_response(planned_tasks const& requests, harness::measurement& given) {
  report_percentiles("response", "times to an answer, from the planned time", requests.responses_ns(), given);
  report_percentiles("wait", "waits for a unit, from the planned time", requests.waits_ns(), given);
}

void add_response(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_response_cases<Model>(all); });
}

}  // namespace unitcost::measures
