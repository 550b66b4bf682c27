#include "benchmarks/harness/machine/event_counter.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

constexpr char const* id_file = "events/raw_syscalls/sys_enter/id";

/// The tracepoints' file system where nobody has mounted it, without a place in the tree: gone with its descriptor.
runtime::owned_descriptor detached_tracefs() {
  using runtime::owned_descriptor;
  owned_descriptor const made(static_cast<int>(::syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC)));
  if (made.get() < 0) return {};
  if (::syscall(SYS_fsconfig, made.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return {};
  return owned_descriptor(static_cast<int>(::syscall(SYS_fsmount, made.get(), FSMOUNT_CLOEXEC, 0)));
}

/// Numbers of tracepoints differ from kernel to kernel.
std::uint64_t id_of_system_calls() {
  system_file const mounted(fmt::format("/sys/kernel/tracing/{}", id_file));
  if (mounted.readable()) return mounted.number();
  auto const files = detached_tracefs();
  runtime::owned_descriptor const id(files.get() < 0 ? -1 : ::openat(files.get(), id_file, O_RDONLY | O_CLOEXEC));
  std::array<char, 32> text{};
  if (id.get() < 0 || ::read(id.get(), text.data(), text.size() - 1) <= 0)
    throw mounted.error("system calls cannot be counted: mount -t tracefs nodev /sys/kernel/tracing, and be root");
  return std::strtoull(text.data(), nullptr, 10);
}

perf_event_attr asked_for(kernel_event what) {
  perf_event_attr asked{};
  asked.size = sizeof asked;
  asked.inherit = 1;
  bool const calls = what == kernel_event::system_call;
  asked.type = calls ? PERF_TYPE_TRACEPOINT : PERF_TYPE_SOFTWARE;
  asked.config = calls ? id_of_system_calls() : std::uint64_t{PERF_COUNT_SW_CONTEXT_SWITCHES};
  return asked;
}

}  // namespace

event_counter::event_counter(kernel_event what) {
  perf_event_attr asked = asked_for(what);
  constexpr int this_thread = 0, any_cpu = -1, no_group = -1;
  auto const opened =
      ::syscall(SYS_perf_event_open, &asked, this_thread, any_cpu, no_group, std::uint64_t{PERF_FLAG_FD_CLOEXEC});
  if (opened < 0)
    throw system_file("/proc/sys/kernel/perf_event_paranoid")
        .error(fmt::format("the kernel lets us count no events ({}): be root, or set it to -1", std::strerror(errno)));
  counter_ = runtime::owned_descriptor(static_cast<int>(opened));
}

std::uint64_t event_counter::value() const {
  std::uint64_t count = 0;
  if (::read(counter_.get(), &count, sizeof count) != sizeof count)
    throw system_file_error(fmt::format("reading a counter of events: {}", std::strerror(errno)));
  return count;
}

std::string event_counter::why_not() {
  try {
    event_counter const calls(kernel_event::system_call), switches(kernel_event::context_switch);
    return {};
  } catch (system_file_error const& refused) {
    return refused.what();
  }
}

}  // namespace unitcost::harness
