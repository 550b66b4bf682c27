#include "benchmarks/harness/machine/memory_account.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"
#include "benchmarks/harness/machine/counter_file.hpp"
#include "benchmarks/harness/machine/counter_flush.hpp"
#include "benchmarks/harness/machine/machine_memory.hpp"
#include "benchmarks/harness/machine/scoped_cgroup.hpp"
#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

memory_reading sum_of(std::uint64_t user_bytes, std::uint64_t kernel_bytes, std::uint64_t socket_bytes) {
  return {user_bytes, kernel_bytes, socket_bytes, user_bytes + kernel_bytes + socket_bytes};
}

/// What a group's readings need, made beforehand: a reading allocates nothing.
struct group_counters {
  explicit group_counters(std::filesystem::path const& folder)
      : stat(folder / "memory.stat"),
        kernel(folder / "memory.kmem.usage_in_bytes"),
        sockets(folder / "memory.kmem.tcp.usage_in_bytes") {}

  counter_file stat;
  counter_file kernel;   ///< v1 only
  counter_file sockets;  ///< v1 only, where the kernel was asked to count
  counter_flush flush;

  /// memory.stat's `total_` lines include groups beneath. `cache` contains shared mappings. Kernel memory is charged
  /// to its counter at once (memcg_account_kmem), page by page.
  memory_reading read_v1(bool with_sockets) {
    flush();
    stat.refresh();
    kernel.refresh();
    if (with_sockets) sockets.refresh();
    return sum_of(stat.required("total_rss") + stat.required("total_cache"), kernel.only_number(),
                  with_sockets ? sockets.only_number() : 0);
  }

  /// `file` contains shared mappings. `kernel` exists since Linux 5.18; before, its parts are listed one by one.
  memory_reading read_v2() {
    flush();
    stat.refresh();
    auto const of = [&](char const* key) { return stat.value(key).value_or(0); };
    auto const kernel_bytes =
        stat.value("kernel") ? of("kernel") : of("kernel_stack") + of("pagetables") + of("percpu") + of("slab");
    return sum_of(stat.required("anon") + stat.required("file"), kernel_bytes, of("sock"));
  }
};

bool is_ours(cgroup_hierarchy const& hierarchy) {
  auto const memory = hierarchy.folders.find(cgroup_controller::memory);
  return memory != hierarchy.folders.end() && scoped_cgroup::maker_of(memory->second.filename().string()) != 0;
}

}  // namespace

memory_account memory_account::choose(std::filesystem::path const& root) {
  auto const hierarchy = cgroup_hierarchy::detect(root);
  if (!is_ours(hierarchy)) return of_the_machine(root);
  return of(cgroup(hierarchy.version, hierarchy.folders));
}

memory_account memory_account::of(cgroup const& group) {
  auto const folder = group.folders().at(cgroup_controller::memory);
  auto const counters = std::make_shared<group_counters>(folder);
  if (group.version() == cgroup_version::v2)
    return {[=] { return counters->read_v2(); }, "cgroup-v2 memory.stat anon + file | kernel | sock", true, true};
  system_file const kernel(folder / "memory.kmem.usage_in_bytes");
  if (kernel.readable()) {
    bool const sockets = group.counts_socket_buffers();
    return {[=] { return counters->read_v1(sockets); },
            std::string("cgroup-v1 memory.stat total_rss + total_cache | memory.kmem.usage_in_bytes") +
                (sockets ? " | memory.kmem.tcp.usage_in_bytes" : ""),
            true, sockets};
  }
  throw kernel.error("the kernel accounts no kernel memory; boot without cgroup.memory=nokmem");
}

memory_account memory_account::of_the_machine(std::filesystem::path const& root) {
  auto const read = [root] {
    auto const machine = machine_memory::read(root);
    return memory_reading{machine.user_bytes, machine.kernel_bytes, 0, machine.used_bytes + machine.swap_used_bytes};
  };
  read();  // fails here, with its reason, rather than between two readings
  return {read,
          "machine-wide /proc/meminfo AnonPages + Shmem | KernelStack + PageTables + SUnreclaim + Percpu; total is "
          "what is neither free, cached, buffered, reclaimable nor on a per-CPU list of /proc/zoneinfo (no control "
          "group of our own: includes what others did)",
          false, false};
}

memory_account memory_account::difference(memory_account const& all, memory_account const& part) {
  return {[whole = all.read_, apart = part.read_] { return whole() - apart(); },
          all.source_ + ", without that of a group beneath", all.only_ours_,
          all.counts_socket_buffers_ && part.counts_socket_buffers_};
}

}  // namespace unitcost::harness
