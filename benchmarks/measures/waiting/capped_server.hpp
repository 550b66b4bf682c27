// A server in a control group with limits of its own, started again when the kernel kills it, as by a service manager.
#pragma once

#include <cstdint>
#include <functional>

namespace unitcost::measures {

/// What a server may have, with all that it starts. 0: no limit.
struct server_caps {
  std::uint64_t memory_bytes = 0;  ///< beyond it the kernel kills
  std::uint64_t tasks = 0;         ///< processes and threads; beyond it fork and clone fail with EAGAIN
};

/// By the kernel's own counters of the groups.
struct server_history {
  std::uint64_t deaths = 0;        ///< of the server itself, each for want of memory
  std::uint64_t killed_alone = 0;  ///< processes that it had started, killed for want of memory while it lived, at most
  std::uint64_t tasks_refused = 0;
};

/// Runs `serve` in a forked process, in a new control group each time, until it returns. When the kernel killed it for
/// want of memory, kills all else in its group, calls `died` here and forks the next one: a start without the loading
/// and the set-up of a real program. Throws not_supported where there are no control groups to be made, what `serve`
/// threw, unit_crashed when it died of anything else, and std::runtime_error when one has not ended after
/// `patience_ns`.
server_history keep_serving(server_caps const& caps, std::int64_t patience_ns, std::function<void()> const& serve,
                            std::function<void()> const& died);

}  // namespace unitcost::measures
