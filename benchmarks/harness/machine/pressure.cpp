#include "benchmarks/harness/machine/pressure.hpp"

#include <string>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

constexpr std::int64_t ns_per_us = 1000;

/// "some avg10=0.00 avg60=0.00 avg300=0.00 total=123" in microseconds, the first line.
std::optional<std::int64_t> some_total_ns(std::filesystem::path const& file) {
  auto const lines = system_file(file).text_if_readable();
  if (!lines || !lines->starts_with("some ")) return std::nullopt;
  std::string const line = lines->substr(0, lines->find('\n'));
  auto const total = line.rfind("total=");
  if (total == std::string::npos) return std::nullopt;
  auto const us = number_in(line.substr(total + std::string("total=").size()));
  return us ? std::optional(static_cast<std::int64_t>(*us) * ns_per_us) : std::nullopt;
}

std::optional<std::int64_t> growth(std::optional<std::int64_t> before, std::optional<std::int64_t> after) {
  return before && after ? std::optional(*after - *before) : std::nullopt;
}

}  // namespace

pressure pressure::read(std::filesystem::path const& root) {
  auto const folder = root / "proc/pressure";
  return {some_total_ns(folder / "cpu"), some_total_ns(folder / "memory"), some_total_ns(folder / "io")};
}

pressure pressure::since(pressure const& before) const {
  return {growth(before.cpu_ns, cpu_ns), growth(before.memory_ns, memory_ns), growth(before.io_ns, io_ns)};
}

}  // namespace unitcost::harness
