// What processes have reserved: address space, backed or not; and how many there are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace unitcost::harness {

/// The calling process's virtual size (VmSize). Mappings shared by several processes count in each.
std::uint64_t own_reserved_bytes(std::filesystem::path const& root = "/");

/// The sum over `processes`. Throws system_file_error when one has ended: a unit that is gone must not be measured as
/// one that reserves nothing.
std::uint64_t reserved_bytes(std::vector<int> const& processes, std::filesystem::path const& root = "/");

/// A process and all that descend from it and have not ended. Whoever has lost its parent is no descendant any more.
struct process_family {
  std::uint64_t processes = 0, threads = 0;
  std::uint64_t reserved_bytes = 0;
};

/// The ids of a process and its descendants as they are now; empty when there is no such process. Reads a file of every
/// process of the machine.
std::vector<int> members_of_family(int ancestor, std::filesystem::path const& root = "/");

/// As it is now; empty when there is no such process. Reads a file of every process of the machine.
process_family family_of(int ancestor, std::filesystem::path const& root = "/");

}  // namespace unitcost::harness
