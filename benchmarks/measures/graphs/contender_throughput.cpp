#include "benchmarks/measures/graphs/contender_throughput.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "benchmarks/harness/contenders/contender_answer.hpp"
#include "benchmarks/harness/contenders/contender_command.hpp"
#include "benchmarks/harness/contenders/contender_order.hpp"
#include "benchmarks/harness/supervision/worker_order.hpp"
#include "benchmarks/measures/graphs/throughput.hpp"

namespace unitcost::measures {
namespace {

using harness::contender;

constexpr harness::measure_info contender_throughput_info{
    .name = throughput_info.name,
    .question = throughput_info.question,
    .from = throughput_info.from,
    .to = throughput_info.to,
    .unit = "units per second, ns per unit",
    .method =
        "time of all runs / number of runs, both as the contender says; its units and checksum are compared with "
        "the oracle's; nothing is subtracted",
    .source = "the contender's own clock, bounded by how long it lived",
    .file = "benchmarks/measures/graphs/contender_throughput.cpp"};

/// As a contender is told of it.
std::string spelled(harness::benchmark_case const& one, harness::worker_order const& order) {
  return to_text(harness::contender_order{.case_name = order.case_name,
                                          .measure = std::string(one.measure->name),
                                          .workload = one.workload,
                                          .parameters = harness::parameters_of(one.label),
                                          .cpus = order.cpus,
                                          .measuring_s = harness::limits_of(order.which).measuring_s * one.facts_share,
                                          .repetition = order.repetition,
                                          .seed = order.seed,
                                          .memory_limit_bytes = order.memory_limit_bytes});
}

template <class Workload>
void add_contender_cases(harness::registry& all, contender const& who) {
  for (auto const& each : graphs<Workload>()) {
    // Some oracles take as long as a run of the graph: computed for the first repetition, kept for the others.
    auto const oracle = [known = std::make_shared<std::optional<outcome>>(), parameters = each.parameters] {
      if (!*known) *known = Workload::oracle(parameters);
      return **known;
    };
    for (unsigned workers : all.settings().workers) {
      auto one = throughput_case(described(each), workers, all.settings().workers.size() > 1);
      one.measure = &contender_throughput_info;
      one.model = who.name;
      one.model_file = fmt::format("{} ({})", who.command, who.about);
      one.external.emplace();
      one.external->arguments = [command = who.command, described = one](harness::worker_order const& order) {
        return harness::arguments_to_measure(command, spelled(described, order));
      };
      one.external->read = [oracle](std::string_view written, std::int64_t lived_ns, harness::record& out) {
        read_contender_throughput(written, lived_ns, oracle(), out);
      };
      all.add(std::move(one));
    }
  }
}

/// A misspelt workload must not look like one that was measured.
void require_known_offers(contender const& who) {
  for (auto const& [measure, offered] : who.measures) {
    if (measure != throughput_info.name)
      throw std::invalid_argument(
          fmt::format("contender '{}': contenders can be measured in throughput, not in '{}'", who.name, measure));
    std::vector<std::string_view> known;
    workloads::for_each_workload(workloads::cpu_workloads{},
                                 [&]<class Workload>() { known.push_back(Workload::name); });
    for (std::string const& workload : offered)
      if (std::ranges::find(known, workload) == known.end())
        throw std::invalid_argument(fmt::format("contender '{}': there is no workload '{}'; there are {}", who.name,
                                                workload, fmt::join(known, ", ")));
  }
}

}  // namespace

void add_contender_throughput(harness::registry& all) {
  for (contender const& who : all.settings().contenders) {
    require_known_offers(who);
    workloads::for_each_workload(workloads::cpu_workloads{}, [&]<class Workload>() {
      if (who.offers(throughput_info.name, Workload::name)) add_contender_cases<Workload>(all, who);
    });
  }
}

void read_contender_throughput(std::string_view written, std::int64_t lived_ns, outcome const& expected,
                               harness::record& out) {
  auto const answer = harness::parse_contender_answer(written);
  out.end = answer.end;
  out.reason = answer.reason;
  if (answer.end != harness::ending::ok) return;
  auto const& facts = answer.facts;
  harness::measurement given(out, {});
  given.check(facts.units, expected.units, facts.checksum, expected.checksum);
  out.reason = out.check->holds() ? impossibility_of(facts, lived_ns) : out.check->difference();
  if (!out.reason.empty()) {
    out.end = harness::ending::wrong_result;
    return;
  }
  report_rate(ns_per_run(facts), facts.units, facts.runs, "the contender's own clock, mean over its runs", given);
  given.note("a contender: no serial run beside it in the same process, hence no speed-up");
}

}  // namespace unitcost::measures
