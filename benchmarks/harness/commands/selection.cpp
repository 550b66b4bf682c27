#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/harness/commands/commands.hpp"
#include "benchmarks/harness/machine/environment.hpp"
#include "benchmarks/harness/records/build_info.hpp"
#include "benchmarks/harness/records/manifest.hpp"

namespace unitcost::harness {

namespace {

/// A command may hold the names that an anonymous run leaves out.
json contenders_of(std::vector<contender> const& contenders, bool anonymous) {
  json out = json::array();
  for (contender const& each : contenders) {
    out.push_back({{"name", each.name}, {"about", each.about}});
    if (!anonymous) out.back()["command"] = each.command;
  }
  return out;
}

}  // namespace

json selection_of(command_line const& line, registry_settings const& settings) {
  return {{"filter", line.wanted.filter},
          {"models", line.wanted.models},
          {"measures", line.wanted.measures},
          {"workers", settings.workers},
          {"contenders", contenders_of(settings.contenders, line.anonymous)},
          {"cpus", line.cpus},
          {"paired", line.paired},
          {"time_limit_s", line.time_limit_s ? json(*line.time_limit_s) : json(nullptr)},
          {"memory_limit_bytes", line.memory_limit_bytes}};
}

namespace {

/// One run's numbers are of one build on one machine.
void require_same(std::string_view what, json const& begun, json const& now, std::filesystem::path const& run) {
  if (begun == now) return;
  throw std::invalid_argument(fmt::format("{} was begun with another {}: {}, now {}; start a new run with --out",
                                          run.string(), what, begun.dump(), now.dump()));
}

/// As far as a manifest of an earlier version tells what it was begun on.
void require_same_machine(json const& begun, command_line const& now) {
  json const machine = describe_environment(publish_names::no).at("machine");
  for (char const* fact : {"cpu_model", "logical_cpus", "kernel"})
    if (begun.contains(fact)) require_same(fact, begun.at(fact), machine.value(fact, json()), now.resume);
  if (begun.contains("cores_used")) require_same("set of CPUs", begun.at("cores_used"), usable_cpus(now), now.resume);
}

/// A run's contenders stay what they were; only where they are now can be said anew.
std::vector<contender_command> contenders_as_begun(json const& begun, std::vector<contender_command> const& given) {
  std::vector<contender_command> out;
  for (json const& each : begun) {
    std::string const name = each.at("name");
    auto const anew = std::ranges::find(given, name, &contender_command::name);
    if (anew == given.end() && !each.contains("command"))
      throw std::invalid_argument(
          fmt::format("the command of contender '{}' was left out; say it again: --contender {}=COMMAND", name, name));
    out.push_back({name, anew == given.end() ? each.at("command").get<std::string>() : anew->command,
                   each.at("about").get<std::string>()});
  }
  for (auto const& each : given)
    if (std::ranges::find(out, each.name, &contender_command::name) == out.end())
      throw std::invalid_argument(
          fmt::format("the run was begun without contender '{}'; start a new one with --out", each.name));
  return out;
}

}  // namespace

command_line as_begun(command_line line) {
  auto const file = line.resume / "manifest.json";
  json const manifest = read_manifest(file);
  require_same("version", manifest.value("tool", json()), tool_facts(), line.resume);
  require_same("build", manifest.value("build", json()), build_facts(), line.resume);
  try {
    json const& chosen = manifest.at("selection");
    line.wanted.which = parse_profile(manifest.at("profile").get<std::string>()).value();
    line.wanted.filter = chosen.at("filter");
    line.wanted.models = chosen.at("models").get<std::vector<std::string>>();
    line.wanted.measures = chosen.at("measures").get<std::vector<std::string>>();
    line.workers = chosen.at("workers").get<std::vector<unsigned>>();
    line.repetitions = manifest.at("repetitions");
    line.seed = manifest.at("seed");
    line.seed_given = true;
    // Absent in the manifests of earlier versions.
    if (line.cpus.empty()) line.cpus = chosen.value("cpus", std::vector<int>{});
    line.paired = chosen.value("paired", false);
    if (!line.time_limit_s && chosen.contains("time_limit_s") && !chosen.at("time_limit_s").is_null())
      line.time_limit_s = chosen.at("time_limit_s");
    if (line.memory_limit_bytes == 0) line.memory_limit_bytes = chosen.value("memory_limit_bytes", std::uint64_t{0});
  } catch (std::exception const& error) {
    throw std::invalid_argument(fmt::format("{} does not say how its run was begun: {}", file.string(), error.what()));
  }
  require_same_machine(manifest.value("machine", json::object()), line);
  line.contenders = contenders_as_begun(manifest.at("selection").value("contenders", json::array()), line.contenders);
  return line;
}

}  // namespace unitcost::harness
