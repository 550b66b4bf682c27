// A control group for the other side of a connection, so that what that side takes is not counted as ours.
#pragma once

#include <optional>
#include <string>

#include "benchmarks/harness/machine/cgroup.hpp"
#include "benchmarks/harness/machine/memory_account.hpp"
#include "benchmarks/harness/machine/scoped_cgroup.hpp"

namespace unitcost::harness {

/// Made by a repetition's process, in its control group. Where it has none, it cannot be told apart: `why_none`.
class peer_group {
 public:
  peer_group();

  /// Empty where there is one.
  std::string const& why_none() const { return why_none_; }

  /// The calling process, a peer, is charged here for what it opens from now on; and there again. Throw
  /// std::system_error. Nothing happens where there is no group.
  void enter() const;
  void leave() const;

  /// What ours takes without the peer's, exact when read by a process that is not in there at that moment; both, where
  /// they cannot be told apart.
  memory_account account() const;

 private:
  std::string why_none_;
  std::optional<scoped_cgroup> apart_;
  std::optional<cgroup> ours_;
};

}  // namespace unitcost::harness
