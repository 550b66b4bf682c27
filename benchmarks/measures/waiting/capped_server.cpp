#include "benchmarks/measures/waiting/capped_server.hpp"

#include <fmt/format.h>

#include <csignal>
#include <deque>
#include <stdexcept>
#include <system_error>

#include "benchmarks/harness/machine/scoped_cgroup.hpp"
#include "impl/model.hpp"
#include "impl/process/held_process.hpp"
#include "impl/process/shared_failure.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

/// One server, from its start to its end. False: the kernel killed it for want of memory.
bool serve_once(harness::cgroup const& group, std::int64_t patience_ns, std::function<void()> const& serve) {
  runtime::shared_object<processes::shared_failure> failure;
  processes::held_process server(*failure, {.name = "server", .daemon = true}, [&] {
    if (int const error = group.join_self(); error != 0)
      throw std::system_error(error, std::generic_category(), "joining the server's control group");
    serve();
  });
  try {
    if (server.join_within(patience_ns)) return true;
  } catch (unit_crashed const& crashed) {
    if (crashed.signal != SIGKILL || group.oom_kills() == 0) throw;
    return false;
  }
  group.kill_all();
  throw std::runtime_error(
      fmt::format("the server has not ended after {:.1f} s", static_cast<double>(patience_ns) * 1e-9));
}

}  // namespace

server_history keep_serving(server_caps const& caps, std::int64_t patience_ns, std::function<void()> const& serve,
                            std::function<void()> const& died) {
  auto const hierarchy = harness::cgroup_hierarchy::detect();
  if (!hierarchy.writable)
    throw not_supported("a server with limits of its own needs a control group: " + hierarchy.why_not);
  server_history out;
  std::deque<harness::scoped_cgroup> groups;  // removed when all is over: that takes time, which is no server's
  for (bool ended = false; !ended;) {
    harness::scoped_cgroup const& group = groups.emplace_back(hierarchy, fmt::format("server-{}", groups.size()));
    if (caps.memory_bytes > 0) group.set_memory_limit(caps.memory_bytes);
    if (caps.tasks > 0) group.set_process_limit(caps.tasks);
    ended = serve_once(group, patience_ns, serve);
    // Before what is left is killed, which is kept from forking by a limit of its own.
    out.killed_alone += group.oom_kills() - (ended ? 0 : 1);
    out.tasks_refused += group.process_limit_hits();
    if (ended) break;
    if (!group.kill_all()) throw std::runtime_error("what a dead server had started could not be killed");
    died();
    ++out.deaths;
  }
  return out;
}

}  // namespace unitcost::measures
