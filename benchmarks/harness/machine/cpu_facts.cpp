#include "benchmarks/harness/machine/cpu_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

constexpr auto cpu_folder = "sys/devices/system/cpu";

/// "key   : value" of the first processor that has it.
std::optional<std::string> cpuinfo_value(std::vector<std::string> const& lines, std::string_view key) {
  for (std::string const& line : lines) {
    auto const colon = line.find(':');
    if (colon == std::string::npos || colon + 2 > line.size()) continue;
    auto const words = words_of(std::string_view(line).substr(0, colon));
    if (fmt::format("{}", fmt::join(words, " ")) == key) return line.substr(std::min(colon + 2, line.size()));
  }
  return std::nullopt;
}

unsigned count_cores(std::filesystem::path const& root, unsigned logical_cpus) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> cores;
  for (unsigned cpu = 0; cpu < logical_cpus; ++cpu) {
    auto const topology = root / cpu_folder / fmt::format("cpu{}/topology", cpu);
    auto const core = system_file(topology / "core_id").number_if_readable();
    if (!core) return logical_cpus;
    cores.emplace(system_file(topology / "physical_package_id").number_if_readable().value_or(0), *core);
  }
  return static_cast<unsigned>(cores.size());
}

/// intel_pstate says "no turbo", acpi-cpufreq and amd-pstate say "boost".
std::optional<bool> turbo_of(std::filesystem::path const& root) {
  if (auto const off = system_file(root / cpu_folder / "intel_pstate/no_turbo").number_if_readable()) return *off == 0;
  if (auto const on = system_file(root / cpu_folder / "cpufreq/boost").number_if_readable()) return *on == 1;
  return std::nullopt;
}

bool names_a_hypervisor(std::string const& product) {
  constexpr std::array known{"KVM", "QEMU", "Standard PC", "Virtual", "VMware", "HVM", "Google Compute", "Bochs"};
  return std::any_of(known.begin(), known.end(),
                     [&](char const* name) { return product.find(name) != std::string::npos; });
}

}  // namespace

cpu_facts cpu_facts::read(std::filesystem::path const& root) {
  auto const lines = system_file(root / "proc/cpuinfo").lines();
  cpu_facts facts;
  facts.model = cpuinfo_value(lines, "model name");
  facts.logical_cpus = static_cast<unsigned>(
      std::count_if(lines.begin(), lines.end(), [](auto const& line) { return line.starts_with("processor"); }));
  facts.cores = count_cores(root, facts.logical_cpus);
  if (auto const active = system_file(root / cpu_folder / "smt/active").number_if_readable()) facts.smt = *active == 1;
  facts.governor = system_file(root / cpu_folder / "cpu0/cpufreq/scaling_governor").text_if_readable();
  facts.turbo = turbo_of(root);
  facts.product = system_file(root / "sys/class/dmi/id/product_name").text_if_readable();
  auto const flags = words_of(cpuinfo_value(lines, "flags").value_or(""));
  facts.virtualised = std::find(flags.begin(), flags.end(), "hypervisor") != flags.end() ||
                      (facts.product && names_a_hypervisor(*facts.product));
  return facts;
}

}  // namespace unitcost::harness
