#include "benchmarks/harness/machine/process_memory.hpp"

#include <fmt/format.h>

#include <map>
#include <string>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

struct process_status {
  std::uint64_t parent = 0, threads = 0, reserved_bytes = 0;
};

using all_processes = std::map<std::uint64_t, process_status>;

/// Those that end meanwhile may be missing.
all_processes read_processes(std::filesystem::path const& root) {
  all_processes out;
  for (auto const& entry : std::filesystem::directory_iterator(root / "proc")) {
    auto const process = number_in(entry.path().filename().string());
    if (!process) continue;
    try {
      auto const values = system_file(entry.path() / "status").values();
      auto const of = [&](char const* key) {
        auto const found = values.find(key);
        return found == values.end() ? 0 : found->second;  // kernel threads and zombies reserve nothing
      };
      out[*process] = {of("PPid"), of("Threads"), of("VmSize")};
    } catch (system_file_error const&) {
    }
  }
  return out;
}

bool descends(all_processes const& all, std::uint64_t process, std::uint64_t ancestor) {
  // No line of parents is longer than there are processes: one read in the midst of changes might be a circle.
  for (std::size_t step = 0; step < all.size() && process != ancestor; ++step) {
    auto const found = all.find(process);
    if (found == all.end()) return false;
    process = found->second.parent;
  }
  return process == ancestor;
}

/// Of those that have not ended: zombies, as kernel threads, reserve nothing.
template <class Visit>
void for_each_member(int ancestor, std::filesystem::path const& root, Visit visit) {
  auto const all = read_processes(root);
  for (auto const& [process, status] : all)
    if (status.reserved_bytes > 0 && descends(all, process, static_cast<std::uint64_t>(ancestor)))
      visit(process, status);
}

}  // namespace

std::uint64_t own_reserved_bytes(std::filesystem::path const& root) {
  return system_file(root / "proc/self/status").value("VmSize");
}

std::uint64_t reserved_bytes(std::vector<int> const& processes, std::filesystem::path const& root) {
  std::uint64_t sum = 0;
  for (int const process : processes) sum += system_file(root / fmt::format("proc/{}/status", process)).value("VmSize");
  return sum;
}

process_family family_of(int ancestor, std::filesystem::path const& root) {
  process_family out;
  for_each_member(ancestor, root, [&out](std::uint64_t, process_status const& status) {
    ++out.processes;
    out.threads += status.threads;
    out.reserved_bytes += status.reserved_bytes;
  });
  return out;
}

std::vector<int> members_of_family(int ancestor, std::filesystem::path const& root) {
  std::vector<int> out;
  for_each_member(ancestor, root,
                  [&out](std::uint64_t process, process_status const&) { out.push_back(static_cast<int>(process)); });
  return out;
}

}  // namespace unitcost::harness
