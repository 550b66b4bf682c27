// How much memory is in use on behalf of the units: the one source of footprint.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "benchmarks/harness/machine/cgroup.hpp"

namespace unitcost::harness {

/// Resident memory. Only differences between readings of one account mean anything; never reserved address space.
struct memory_reading {
  std::uint64_t user_bytes = 0;    ///< anonymous, shared and file pages
  std::uint64_t kernel_bytes = 0;  ///< stacks, page tables, slab, per-CPU data
  std::uint64_t socket_bytes = 0;  ///< what sockets have buffered; see memory_account::counts_socket_buffers
  std::uint64_t total_bytes = 0;

  memory_reading operator-(memory_reading const& part) const {
    return {user_bytes - part.user_bytes, kernel_bytes - part.kernel_bytes, socket_bytes - part.socket_bytes,
            total_bytes - part.total_bytes};
  }
};

/// The best source there is. In a control group of our own (scoped_cgroup) it is the group's: total = user + kernel +
/// socket buffers, each exact to a page or so. The group's single number (memory.usage_in_bytes, memory.current) is no
/// measure: the kernel charges it in batches of 64 pages per CPU, so that after 64 KiB were touched it has moved by 0
/// or by 256 KiB. Elsewhere it is the whole machine's (machine_memory), which includes what everybody else did, and
/// whose total, the truth, is more than the sum of the two columns that can be told apart.
class memory_account {
 public:
  /// For the calling process. Make it before the first unit: what it allocates itself must not be measured.
  static memory_account choose(std::filesystem::path const& root = "/");

  /// The account of `group`. Readings are exact when made by a process in it, else up to two seconds late.
  static memory_account of(cgroup const& group);
  static memory_account of_the_machine(std::filesystem::path const& root = "/");
  /// What `all` accounts without `part`, where that is one of the groups beneath.
  static memory_account difference(memory_account const& all, memory_account const& part);

  memory_reading read() const { return read_(); }
  /// For the record: which files, and what weakens them.
  std::string const& source() const { return source_; }
  bool only_ours() const { return only_ours_; }
  /// v2 does; v1 for sockets made after cgroup::count_socket_buffers.
  bool counts_socket_buffers() const { return counts_socket_buffers_; }

 private:
  memory_account(std::function<memory_reading()> read, std::string source, bool only_ours, bool counts_socket_buffers)
      : read_(std::move(read)),
        source_(std::move(source)),
        only_ours_(only_ours),
        counts_socket_buffers_(counts_socket_buffers) {}

  std::function<memory_reading()> read_;
  std::string source_;
  bool only_ours_;
  bool counts_socket_buffers_;
};

}  // namespace unitcost::harness
