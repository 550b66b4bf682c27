#include "benchmarks/measures/contender_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/contenders/contender_command.hpp"
#include "benchmarks/harness/contenders/contender_order.hpp"
#include "benchmarks/harness/supervision/worker_order.hpp"
#include "benchmarks/measures/graphs/throughput.hpp"
#include "benchmarks/measures/interpreter/interpreter_lock.hpp"

namespace unitcost::measures {
namespace {

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

struct measure_for_contenders {
  std::string_view name;
  std::vector<std::string_view> workloads;
};

std::vector<measure_for_contenders> measures_for_contenders() {
  measure_for_contenders graphs{throughput_info.name, {}}, jobs{interpreter_lock_info.name, {}};
  workloads::for_each_workload(workloads::cpu_workloads{},
                               [&]<class Workload>() { graphs.workloads.push_back(Workload::name); });
  for (job const what : every_job) jobs.workloads.push_back(to_string(what));
  return {graphs, jobs};
}

}  // namespace

void hand_to_contender(harness::benchmark_case& one, harness::contender const& who, answer_reader read) {
  one.model = who.name;
  one.model_file = fmt::format("{} ({})", who.command, who.about);
  one.external.emplace();
  one.external->arguments = [command = who.command, described = one](harness::worker_order const& order) {
    return harness::arguments_to_measure(command, spelled(described, order));
  };
  one.external->read = [read = std::move(read)](std::string_view written, std::int64_t lived_ns, harness::record& out) {
    read_contender(written, lived_ns, read, out);
  };
}

void read_contender(std::string_view written, std::int64_t lived_ns, answer_reader const& read, harness::record& out) {
  auto const answer = harness::parse_contender_answer(written);
  out.end = answer.end;
  out.reason = answer.reason;
  if (answer.end != harness::ending::ok) return;
  out.reason = read(answer, lived_ns, out);
  if (!out.reason.empty()) out.end = harness::ending::wrong_result;
}

void require_known_offers(harness::contender const& who) {
  auto const known = measures_for_contenders();
  for (auto const& [measure, offered] : who.measures) {
    auto const found = std::ranges::find(known, measure, &measure_for_contenders::name);
    if (found == known.end())
      throw std::invalid_argument(fmt::format("contender '{}': contenders can be measured in {} and {}, not in '{}'",
                                              who.name, known.front().name, known.back().name, measure));
    for (std::string const& workload : offered)
      if (std::ranges::find(found->workloads, workload) == found->workloads.end())
        throw std::invalid_argument(fmt::format("contender '{}': there is no workload '{}' of {}; there are {}",
                                                who.name, workload, measure, fmt::join(found->workloads, ", ")));
  }
}

}  // namespace unitcost::measures
