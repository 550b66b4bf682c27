#include "benchmarks/harness/commands/contend_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "benchmarks/harness/contenders/contender_description.hpp"
#include "benchmarks/harness/records/build_info.hpp"
#include "benchmarks/harness/supervision/supervised_process.hpp"
#include "benchmarks/harness/supervision/worker.hpp"

namespace unitcost::harness {
namespace {

/// The order's case is of the contender's name; ours is of the model's.
std::string own_case_name(std::string const& model, contender_order const& order) {
  std::string const prefix = order.measure + "/";
  auto const name_end = order.case_name.find('/', prefix.size());
  if (!order.case_name.starts_with(prefix) || name_end == std::string::npos)
    throw std::invalid_argument(fmt::format("measure: '{}' is no case of {}", order.case_name, order.measure));
  return prefix + model + order.case_name.substr(name_end);
}

void write_answer(contender_answer const& answer) {
  std::string const text = to_text(answer);
  if (::write(record_descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::invalid_argument("the answer could not be written to descriptor 3; by hand: 3>&1");
}

}  // namespace

contender described_model(registry const& all, std::string const& model) {
  contender out{model, "", fmt::format("{}, {}", version_text(), build_facts()["flags"].get<std::string>()), {}};
  for (benchmark_case const& one : all.cases()) {
    if (one.model != model || one.facts_share == 0 || !one.skip_reason.empty()) continue;
    auto& workloads = out.measures[std::string(one.measure->name)];
    if (std::ranges::find(workloads, one.workload) == workloads.end()) workloads.push_back(one.workload);
  }
  if (out.measures.empty())
    throw std::invalid_argument(fmt::format("there is no model '{}' that can contend (see `unitcost list`)", model));
  return out;
}

contender_answer run_as_contender(registry const& all, std::string const& model, contender_order const& order) {
  std::string const name = own_case_name(model, order);
  benchmark_case const* const found = all.find(name);
  if (found == nullptr || found->facts_share == 0)
    return {ending::skipped, fmt::format("this build has no case {}", name), {}};
  if (!found->skip_reason.empty()) return {ending::skipped, found->skip_reason, {}};
  worker_order const own{.case_name = name,
                         .repetition = order.repetition,
                         .seed = order.seed,
                         .memory_limit_bytes = order.memory_limit_bytes,
                         .cpus = order.cpus,
                         .workers = {},
                         .measuring_s = order.measuring_s / found->facts_share};
  record const got = run_case(*found, own);
  return {got.end, got.reason, got.facts.value_or(work_facts{})};
}

int contend_command(std::vector<std::string> const& arguments, std::function<void(registry&)> const& add_cases) {
  if (arguments.size() == 2 && arguments[1] == "describe") {
    registry all({.workers = {1}});
    add_cases(all);
    fmt::print("{}\n", description_of(described_model(all, arguments[0])).dump());
    return 0;
  }
  if (arguments.size() != 3 || arguments[1] != "measure")
    throw std::invalid_argument("usage: unitcost contend MODEL describe | unitcost contend MODEL measure CASE");
  auto const order = parse_contender_order(arguments[2]);
  registry all({.workers = {static_cast<unsigned>(order.cpus.size())}});
  add_cases(all);
  write_answer(run_as_contender(all, arguments[0], order));
  // As a worker does: destructors of libraries' statics are no part of the case.
  std::fflush(nullptr);
  ::_exit(0);
}

}  // namespace unitcost::harness
