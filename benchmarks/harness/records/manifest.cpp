#include "benchmarks/harness/records/manifest.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <stdexcept>

#include "benchmarks/harness/machine/environment.hpp"
#include "benchmarks/harness/records/build_info.hpp"

namespace unitcost::harness {

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

namespace {

/// "NAME=COMMAND" without its command.
std::string without_command(std::string const& contender) {
  return contender.substr(0, contender.find('=')) + "=COMMAND";
}

/// Paths and commands may hold the names that an anonymous run leaves out.
std::vector<std::string> without_paths(std::vector<std::string> words) {
  bool is_path = false, is_contender = false;
  for (std::string& word : words) {
    if (is_path) word = "PATH";
    if (is_contender) word = without_command(word);
    is_contender = word == "--contender";
    if (constexpr std::string_view option = "--contender="; word.starts_with(option))
      word = std::string(option) + without_command(word.substr(option.size()));
    is_path = word == "--out" || word == "--resume" || word == "--benchmark_out";
    for (std::string_view option : {"--out=", "--resume=", "--benchmark_out="})
      if (word.starts_with(option)) word = std::string(option) + "PATH";
  }
  return words;
}

}  // namespace

json begin_manifest(manifest_settings const& settings) {
  json manifest{{"schema", manifest_schema},
                {"tool", tool_facts()},
                {"build", build_facts()},
                {"command_line", settings.anonymous ? without_paths(settings.command_line) : settings.command_line},
                {"selection", settings.chosen_cases},
                {"started_utc", utc_now()},
                {"finished_utc", nullptr},
                {"profile", settings.profile_name},
                {"seed", settings.seed},
                {"repetitions", settings.repetitions},
                {"limit_enforcement", settings.enforcement}};
  json const environment = describe_environment(settings.anonymous ? publish_names::no : publish_names::yes);
  for (auto const& [key, value] : environment.items()) manifest[key] = value;
  manifest["machine"]["cores_used"] = settings.cpus;
  manifest["noise"] = {{"before", read_noise()}, {"after", json::object()}};
  return manifest;
}

void finish_manifest(json& manifest) {
  manifest["finished_utc"] = utc_now();
  manifest["noise"]["after"] = read_noise();
}

json read_manifest(std::filesystem::path const& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(fmt::format("{} cannot be read: is this a run directory?", file.string()));
  json manifest;
  try {
    manifest = json::parse(in);
  } catch (nlohmann::json::exception const& error) {
    throw std::runtime_error(fmt::format("{} is not JSON: {}", file.string(), error.what()));
  }
  if (!manifest.is_object() || manifest.value("schema", json()) != manifest_schema)
    throw std::runtime_error(fmt::format("{} is not a manifest of schema {}", file.string(), manifest_schema));
  return manifest;
}

}  // namespace unitcost::harness
