#include "benchmarks/harness/machine/environment.hpp"

#include <pwd.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "benchmarks/harness/machine/cpu_facts.hpp"
#include "benchmarks/harness/machine/kernel_settings.hpp"
#include "benchmarks/harness/machine/library_versions.hpp"
#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {

using json = nlohmann::ordered_json;

namespace {

template <class T>
json or_null(std::optional<T> const& fact) {
  return fact ? json(*fact) : json(nullptr);
}

std::optional<std::string> user_name() {
  passwd const* const entry = ::getpwuid(::geteuid());
  return entry == nullptr ? std::nullopt : std::optional<std::string>(entry->pw_name);
}

json architecture() {
  utsname name{};
  return ::uname(&name) == 0 ? json(name.machine) : json(nullptr);
}

json describe_machine(publish_names names, std::filesystem::path const& root, kernel_settings const& kernel) {
  auto const cpu = cpu_facts::read(root);
  auto const memory = system_file(root / "proc/meminfo").values();
  auto const bytes = [&](char const* key) {
    auto const found = memory.find(key);
    return found == memory.end() ? json(nullptr) : json(found->second);
  };
  json machine{{"cpu_model", or_null(cpu.model)},
               {"architecture", architecture()},
               {"logical_cpus", cpu.logical_cpus},
               {"cores", cpu.cores},
               {"smt", or_null(cpu.smt)},
               {"governor", or_null(cpu.governor)},
               {"turbo", or_null(cpu.turbo)},
               {"virtualised", cpu.virtualised},
               {"product", or_null(cpu.product)},
               {"memory_bytes", bytes("MemTotal")},
               {"swap_bytes", bytes("SwapTotal")},
               {"kernel", or_null(kernel.release)},
               {"transparent_huge_pages", or_null(kernel.huge_pages)},
               {"autogroup", or_null(kernel.autogroup)},
               {"clocksource", or_null(kernel.clocksource)},
               {"address_randomisation", or_null(kernel.address_randomisation)},
               {"host", nullptr},
               {"user", nullptr}};
  if (names == publish_names::yes) {
    machine["host"] = or_null(system_file(root / "proc/sys/kernel/hostname").text_if_readable());
    machine["user"] = or_null(user_name());
  }
  return machine;
}

json resource_limit(__rlimit_resource resource) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0) return nullptr;
  auto const value = [](rlim_t number) { return number == RLIM_INFINITY ? json("unlimited") : json(number); };
  return {{"soft", value(limit.rlim_cur)}, {"hard", value(limit.rlim_max)}};
}

json describe_limits(kernel_settings const& kernel) {
  return {{"open_files", resource_limit(RLIMIT_NOFILE)},
          {"processes", resource_limit(RLIMIT_NPROC)},
          {"stack_bytes", resource_limit(RLIMIT_STACK)},
          {"locked_memory_bytes", resource_limit(RLIMIT_MEMLOCK)},
          {"pid_max", or_null(kernel.pid_max)},
          {"threads_max", or_null(kernel.threads_max)},
          {"max_map_count", or_null(kernel.max_map_count)},
          {"pids_cgroup_max", or_null(kernel.pids_cgroup_max)},
          {"overcommit", or_null(kernel.overcommit)}};
}

json describe_mitigations(std::filesystem::path const& root) {
  std::error_code absent;
  std::set<std::filesystem::path> files;  // sorted: a directory's own order is any
  for (auto const& entry : std::filesystem::directory_iterator(root / "sys/devices/system/cpu/vulnerabilities", absent))
    files.insert(entry.path());
  json mitigations = json::object();
  for (auto const& file : files) mitigations[file.filename().string()] = or_null(system_file(file).text_if_readable());
  return mitigations;
}

json steal_share(std::filesystem::path const& root) {
  auto const lines = system_file(root / "proc/stat").lines();
  if (lines.empty()) return nullptr;
  auto const words = words_of(lines.front());
  constexpr std::size_t steal_column = 8, columns = 9;  // proc_stat(5); what follows is contained in user and nice
  if (words.size() < columns || words.front() != "cpu") return nullptr;
  double all = 0;
  for (std::size_t column = 1; column < columns; ++column)
    all += static_cast<double>(number_in(words[column]).value_or(0));
  return all == 0 ? json(nullptr) : json(static_cast<double>(number_in(words[steal_column]).value_or(0)) / all);
}

/// "some avg10=0.27 avg60=0.83 avg300=0.46 total=10714261" of the first line: the share of the last ten seconds.
json pressure_share(system_file const& pressure) {
  auto const text = pressure.text_if_readable();
  if (!text || !text->starts_with("some avg10=")) return nullptr;
  return std::strtod(text->c_str() + sizeof("some avg10=") - 1, nullptr) / 100;
}

}  // namespace

nlohmann::ordered_json describe_environment(publish_names names, std::filesystem::path const& root) {
  auto const kernel = kernel_settings::read(root);
  return {{"machine", describe_machine(names, root, kernel)},
          {"limits", describe_limits(kernel)},
          {"mitigations", describe_mitigations(root)},
          {"libraries", library_versions()}};
}

nlohmann::ordered_json read_noise(std::filesystem::path const& root) {
  json noise{{"load_average", nullptr}, {"runnable", nullptr}, {"steal_share", steal_share(root)}};
  // proc_loadavg(5): three averages, "runnable/all", the newest pid.
  auto const load = words_of(system_file(root / "proc/loadavg").text_if_readable().value_or(""));
  if (load.size() == 5) {
    noise["load_average"] = json::array();
    for (std::size_t index = 0; index < 3; ++index)
      noise["load_average"].push_back(std::strtod(load[index].c_str(), nullptr));
    noise["runnable"] = or_null(number_in(load[3].substr(0, load[3].find('/'))));
  }
  for (auto const* resource : {"cpu", "memory", "io"})
    noise["pressure"][resource] = pressure_share(system_file(root / "proc/pressure" / resource));
  return noise;
}

}  // namespace unitcost::harness
