// What kind of processor this is and how it is set.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace unitcost::harness {

/// Empty where the machine does not say: inside of a virtual machine much is the host's secret.
struct cpu_facts {
  std::optional<std::string> model;
  unsigned logical_cpus = 0;
  unsigned cores = 0;                   ///< logical_cpus where the topology is unknown
  std::optional<bool> smt;              ///< two logical CPUs share a core
  std::optional<std::string> governor;  ///< of cpu0
  std::optional<bool> turbo;
  bool virtualised = false;            ///< by the CPU's hypervisor flag or the DMI product
  std::optional<std::string> product;  ///< as DMI names the machine, "Standard PC (Q35 + ICH9, 2009)"

  static cpu_facts read(std::filesystem::path const& root = "/");
};

}  // namespace unitcost::harness
