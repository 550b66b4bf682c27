#include "benchmarks/measures/waiting/calls.hpp"

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/waiting/echo_floor.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/ways.hpp"

namespace unitcost::measures {

using workloads::echo;

counted_run of_requests_alone(counted_run const& longer, counted_run const& shorter) {
  if (longer.requests <= shorter.requests)
    throw harness::not_stable(
        "no more was answered in the longer time than in the shorter; a larger profile gives more");
  return {.requests = longer.requests - shorter.requests,
          .system_calls = longer.system_calls - shorter.system_calls,
          .context_switches = longer.context_switches - shorter.context_switches};
}

void report_calls(counted_run const& of_requests, harness::measurement& given) {
  auto const report = [&](char const* name, char const* label, std::int64_t count) {
    given.report({.name = name,
                  .label = label,
                  .value = static_cast<double>(count) / static_cast<double>(of_requests.requests),
                  .unit = "1",
                  .better = harness::direction::smaller,
                  .samples = static_cast<std::uint64_t>(of_requests.requests)},
                 std::string(calls_info.source));
  };
  report("system_calls_per_request", "the server's system calls for a request", of_requests.system_calls);
  report("context_switches_per_request", "the server's context switches for a request", of_requests.context_switches);
}

harness::benchmark_case calls_case_of(std::string_view model, std::string_view way, echo::parameters const& asked) {
  auto one = case_of(model, calls_info, echo::name, joined(way, echo::label(asked)), harness::profile::standard);
  one.cpus_used = 2;
  one.prediction_factor = 0.65;  // two short runs
  return one;
}

void add_calls(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_calls_case<Model>(all); });
  for_each_model(all_ways{}, [&]<class Model>() { add_calls_case<Model>(all); });
  auto floor = calls_case_of("floor", {}, calls_asked);
  floor.is_reference = true;
  floor.model_file = "benchmarks/measures/waiting/echo_floor.cpp";
  floor.skip_reason = why_no_conversation("floor", calls_asked.connections, calls_asked.connections);
  floor.run = [](harness::measurement& given) {
    auto const serve = [](echo_service& service, placement const&) { answer_by_hand(service); };
    report_calls(count_calls(calls_asked, true, given, serve), given);
  };
  all.add(floor);
}

}  // namespace unitcost::measures
