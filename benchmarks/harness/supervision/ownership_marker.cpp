#include "benchmarks/harness/supervision/ownership_marker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace unitcost::harness {
namespace {

/// The mark in /proc/<pid>/environ, "" when there is none or it cannot be read.
std::string mark_of(std::filesystem::path const& process) {
  std::ifstream in(process / "environ", std::ios::binary);
  std::string const environment{std::istreambuf_iterator<char>(in), {}};
  std::string const key = std::string(ownership_variable) + "=";
  std::size_t at = environment.starts_with(key) ? 0 : environment.find('\0' + key);
  if (at == std::string::npos) return {};
  at = environment.find('=', at) + 1;
  return environment.substr(at, environment.find('\0', at) - at);
}

template <class Predicate>
std::vector<int> processes_where(Predicate&& belongs) {
  std::vector<int> found;
  std::error_code ignored;
  for (auto const& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    std::string const name = entry.path().filename();
    int pid = 0;
    auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size() || pid == ::getpid()) continue;
    std::string const mark = mark_of(entry.path());
    if (!mark.empty() && belongs(mark)) found.push_back(pid);
  }
  return found;
}

}  // namespace

std::string ownership_prefix() {
  char const* const inherited = std::getenv(ownership_variable);
  return fmt::format("{}{}{}.", inherited ? inherited : "", inherited ? "/" : "", ::getpid());
}

std::string next_ownership_mark() {
  static unsigned sequence = 0;
  return ownership_prefix() + std::to_string(++sequence);
}

std::vector<int> processes_marked(std::string const& mark) {
  return processes_where([&](std::string const& found) { return found == mark || found.starts_with(mark + "/"); });
}

std::vector<int> processes_marked_by_prefix(std::string const& prefix) {
  return processes_where([&](std::string const& found) { return found.starts_with(prefix); });
}

}  // namespace unitcost::harness
