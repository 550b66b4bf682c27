#include "benchmarks/measures/units/session.hpp"

#include "benchmarks/harness/records/statistics.hpp"

namespace unitcost::measures {
namespace {

template <class Value>
double median_of(std::vector<delivery> const& runs, Value value_of) {
  std::vector<double> values;
  for (delivery const& each : runs) values.push_back(value_of(each));
  return harness::median(values);
}

}  // namespace

delivery oracle_of_messages(std::uint64_t messages) {
  conversation alone(messages);
  while (alone.has_more()) alone.receive(alone.next());
  return alone.delivered();
}

void report_sessions(session_runs const& runs, std::uint64_t messages, harness::measurement& given) {
  delivery const expected = oracle_of_messages(messages);
  for (auto const* spelled : {&runs.own, &runs.manual})
    for (delivery const& each : *spelled)
      given.check(each.messages, expected.messages, each.checksum, expected.checksum);

  auto const report = [&](std::string name, std::string label, std::string unit, double value) {
    given.report({.name = std::move(name),
                  .label = std::move(label),
                  .value = value,
                  .unit = std::move(unit),
                  .better = harness::direction::smaller,
                  .samples = runs.own.size()},
                 "CLOCK_MONOTONIC, median of the runs");
  };
  auto const per_message = [messages](auto count) {
    return static_cast<double>(count) / static_cast<double>(messages);
  };
  report("message_ns", "one message", "ns",
         median_of(runs.own, [&](delivery const& run) { return per_message(run.elapsed_ns); }));
  report("switches_per_message", "switches per message", "1",
         median_of(runs.own, [&](delivery const& run) { return per_message(run.switches); }));
  if (runs.manual.empty()) return;
  std::vector<double> ratios;
  for (std::size_t pair = 0; pair < runs.own.size(); ++pair)
    ratios.push_back(static_cast<double>(runs.own[pair].elapsed_ns) /
                     static_cast<double>(runs.manual[pair].elapsed_ns));
  report("automatism_ratio", "automatic over manual, time of a message", "1", harness::median(ratios));
}

}  // namespace unitcost::measures
