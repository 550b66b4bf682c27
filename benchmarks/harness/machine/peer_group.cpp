#include "benchmarks/harness/machine/peer_group.hpp"

#include <system_error>

#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"
#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

void join(cgroup const& group) {
  if (int const error = group.join_self(); error != 0)
    throw std::system_error(error, std::generic_category(), "moving to another control group");
}

/// In v2 a group with children that have controllers holds no process: scoped_cgroup moved us into a leaf beside them.
cgroup_folders charged_in(cgroup_hierarchy const& own) {
  auto folders = own.folders;
  if (own.version == cgroup_version::v2)
    for (auto& [controller, folder] : folders) folder /= cgroup_leaf_name;
  return folders;
}

}  // namespace

peer_group::peer_group() {
  auto const before = cgroup_hierarchy::detect();
  if (!memory_account::choose().only_ours()) {
    why_none_ = "the repetition has no control group of its own: see `unitcost doctor`";
    return;
  }
  try {
    apart_.emplace(before, "peer");
    ours_.emplace(before.version, charged_in(before));
    ours_->count_socket_buffers();
    apart_->count_socket_buffers();
  } catch (system_file_error const& refused) {
    why_none_ = refused.what();
    ours_.reset();
    apart_.reset();
  }
}

void peer_group::enter() const {
  if (apart_) join(*apart_);
}

void peer_group::leave() const {
  if (ours_) join(*ours_);
}

memory_account peer_group::account() const {
  if (!apart_) return memory_account::choose();
  auto const ours = memory_account::of(*ours_);
  return apart_->version() == cgroup_version::v2 ? ours : memory_account::difference(ours, memory_account::of(*apart_));
}

}  // namespace unitcost::harness
