#include "impl/runtime/kernel_limits.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace unitcost::runtime {

std::optional<std::uint64_t> number_in(std::string const& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

std::optional<std::uint64_t> user_process_limit() {
  rlimit limit{};
  if (::geteuid() == 0 || ::getrlimit(RLIMIT_NPROC, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return std::nullopt;
  return limit.rlim_cur;
}

namespace {

rlimit descriptor_limits() {
  rlimit limits{};
  if (::getrlimit(RLIMIT_NOFILE, &limits) != 0)
    throw std::system_error(errno, std::generic_category(), "reading RLIMIT_NOFILE");
  return limits;
}

}  // namespace

std::uint64_t descriptor_limit() { return descriptor_limits().rlim_max; }

void raise_descriptor_limit() {
  rlimit limits = descriptor_limits();
  limits.rlim_cur = limits.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limits) != 0)
    throw std::system_error(errno, std::generic_category(), "raising RLIMIT_NOFILE to its hard limit");
}

std::uint64_t max_map_count() {
  constexpr std::uint64_t kernels_default = 65'530;  // DEFAULT_MAX_MAP_COUNT, include/linux/mm.h
  static std::uint64_t const most = number_in("/proc/sys/vm/max_map_count").value_or(kernels_default);
  return most;
}

std::uint64_t pages_of_memory() { return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)); }

}  // namespace unitcost::runtime
