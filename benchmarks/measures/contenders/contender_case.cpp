#include "benchmarks/measures/contenders/contender_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/contenders/contender_command.hpp"
#include "benchmarks/harness/contenders/contender_order.hpp"
#include "benchmarks/harness/supervision/worker_order.hpp"
#include "benchmarks/measures/contenders/contender_footprint.hpp"
#include "benchmarks/measures/contenders/contender_switch.hpp"
#include "benchmarks/measures/graphs/throughput.hpp"
#include "benchmarks/measures/interpreter/interpreter_lock.hpp"
#include "benchmarks/measures/units/footprint.hpp"
#include "benchmarks/measures/units/spawn.hpp"
#include "benchmarks/measures/units/switch.hpp"
#include "benchmarks/measures/waiting/sleep.hpp"
#include "workloads/io/echo.hpp"

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

/// What a worker was told, as far as a contender is told it, too.
harness::worker_order order_behind(harness::measurement_settings const& settings, std::string case_name) {
  return {.case_name = std::move(case_name),
          .which = settings.which,
          .repetition = settings.repetition,
          .seed = settings.seed,
          .memory_limit_bytes = settings.memory_limit_bytes,
          .cpus = settings.cpus,
          .workers = {}};
}

void give_to(harness::benchmark_case& one, harness::contender const& who) {
  one.model = who.name;
  one.model_file = fmt::format("{} ({})", who.command, who.about);
  one.external.emplace();
}

/// A measure, and what it has for contenders: workloads, or ways to do its only one.
struct measure_for_contenders {
  std::string_view name;
  std::vector<std::string_view> kinds;
};

template <class Kinds>
std::vector<std::string_view> names_of(Kinds const& kinds) {
  std::vector<std::string_view> out;
  for (auto const kind : kinds) out.push_back(to_string(kind));
  return out;
}

std::vector<measure_for_contenders> measures_for_contenders() {
  measure_for_contenders graphs{throughput_info.name, {}};
  workloads::for_each_workload(workloads::cpu_workloads{},
                               [&]<class Workload>() { graphs.kinds.push_back(Workload::name); });
  return {graphs,
          {interpreter_lock_info.name, names_of(every_job)},
          {footprint_info.name, names_of(every_idle_kind)},
          {spawn_info.name, names_of(every_spawner)},
          {switch_info.name, names_of(contenders_handovers)},
          {sleep_info.name, {workloads::sleep::name, workloads::echo::name}}};
}

}  // namespace

void hand_to_contender(harness::benchmark_case& one, harness::contender const& who, answer_reader read) {
  give_to(one, who);
  one.external->arguments = [command = who.command, described = one](harness::worker_order const& order) {
    return harness::arguments_to_measure(command, spelled(described, order));
  };
  one.external->read = [read = std::move(read)](std::string_view written, std::int64_t lived_ns, harness::record& out) {
    read_contender(written, lived_ns, read, out);
  };
}

void converse_with_contender(harness::benchmark_case& one, harness::contender const& who, dialogue_measure measure,
                             dialogue_cpus cpus) {
  give_to(one, who);
  one.external->arguments = [who](harness::worker_order order) {
    order.contenders = {who};
    return harness::arguments_of(order);
  };
  one.external->read = [](std::string_view written, std::int64_t, harness::record& out) {
    out = harness::record_from_json(harness::json::parse(written));
  };
  one.run = [command = who.command, described = one, measure = std::move(measure), cpus](harness::measurement& given) {
    auto order = order_behind(given.settings(), described.name());
    if (cpus == dialogue_cpus::first) order.cpus = given.first_cpus(1);
    measure(harness::arguments_to_measure(command, spelled(described, order)), given);
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
    if (found == known.end()) {
      std::vector<std::string_view> names;
      for (auto const& each : known) names.push_back(each.name);
      throw std::invalid_argument(fmt::format("contender '{}': contenders can be measured in {}, not in '{}'", who.name,
                                              fmt::join(names, ", "), measure));
    }
    for (std::string const& kind : offered)
      if (std::ranges::find(found->kinds, kind) == found->kinds.end())
        throw std::invalid_argument(fmt::format("contender '{}': there is no '{}' of {}; there are {}", who.name, kind,
                                                measure, fmt::join(found->kinds, ", ")));
  }
}

}  // namespace unitcost::measures
