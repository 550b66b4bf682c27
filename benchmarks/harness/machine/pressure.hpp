// How long somebody on this machine has waited for want of a resource: the kernel's pressure stall information.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace unitcost::harness {

/// Of all tasks of the machine since boot, the time in which at least one waited ("some" of
/// Documentation/accounting/psi.rst). Only differences between two readings mean anything. Nothing where the kernel has
/// no PSI.
struct pressure {
  std::optional<std::int64_t> cpu_ns, memory_ns, io_ns;

  static pressure read(std::filesystem::path const& root = "/");
  /// What has grown since `before`.
  pressure since(pressure const& before) const;
};

}  // namespace unitcost::harness
