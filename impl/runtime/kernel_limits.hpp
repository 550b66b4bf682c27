// What the kernel allows at most, as it says itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace unitcost::runtime {

/// The number that a file of the kernel's holds; nothing where it is absent or holds none ("max").
std::optional<std::uint64_t> number_in(std::string const& path);

/// How many processes and threads the user may have (RLIMIT_NPROC, getrlimit(2)); nothing where that is unlimited or
/// does not bind: root, by convention, since it has CAP_SYS_RESOURCE.
std::optional<std::uint64_t> user_process_limit();

/// How many descriptors a process may have at most (the hard RLIMIT_NOFILE, getrlimit(2)).
std::uint64_t descriptor_limit();
/// From now on this process may have so many: where its soft limit is lower, it is raised.
void raise_descriptor_limit();

/// How many mappings a process may have (vm.max_map_count, as it was at the first call).
std::uint64_t max_map_count();

/// The machine's memory.
std::uint64_t pages_of_memory();

}  // namespace unitcost::runtime
