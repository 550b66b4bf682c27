// A whole contender for unitcost: fork-join with std::async, a thread for each unit. Copy it, exchange `fib` for that
// of your runtime, and compare: unitcost run --filter throughput/.*/fib/ --contender mine=./mine (docs/CONTENDERS.md).
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <future>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>

using nlohmann::json;

namespace {

struct outcome {
  std::uint64_t units = 0, value = 0;
  bool operator==(outcome const&) const = default;
};

std::uint64_t serial_fib(unsigned n) { return n < 2 ? 1 : serial_fib(n - 1) + serial_fib(n - 2); }

/// Each call down to spawn_depth is a unit; the leaf of n computes fib(n) in plain calls.
outcome fib(unsigned n, unsigned spawn_depth) {
  if (n < 2 || spawn_depth == 0) return {1, serial_fib(n)};
  auto left = std::async(std::launch::async, fib, n - 1, spawn_depth - 1);
  outcome const right = fib(n - 2, spawn_depth - 1), joined = left.get();
  return {1 + joined.units + right.units, joined.value + right.value};
}

json ended(std::string const& end, std::string const& why) { return {{"end", end}, {"reason", why}}; }

/// A run that is not timed warms up, tells what is due, and how many fit into measuring_s. std::async keeps no workers,
/// so there are none to start before.
json measure(json const& one) {
  using clock = std::chrono::steady_clock;
  json const& parameters = one.at("parameters");
  if (one.at("workload") != "fib") return ended("skipped", "only fib is written for std::async");
  if (!parameters.at("spawn_depth").is_number()) return ended("skipped", "a thread for every call is too many");
  unsigned const volatile n = parameters.at("n");  // volatile: no run's outcome can be that of another
  unsigned const spawn_depth = parameters.at("spawn_depth");
  auto const warming = clock::now();
  outcome const expected = fib(n, spawn_depth);
  std::chrono::duration<double> const once = clock::now() - warming;
  auto const runs = 1 + static_cast<unsigned>(one.at("measuring_s").get<double>() / once.count());
  unsigned agreeing = 0;
  auto const begun = clock::now();
  for (unsigned run = 0; run < runs; ++run) agreeing += fib(n, spawn_depth) == expected ? 1 : 0;
  std::chrono::duration<double, std::nano> const elapsed = clock::now() - begun;
  if (agreeing != runs) return ended("wrong_result", "runs differ");
  char checksum[17];
  std::snprintf(checksum, sizeof checksum, "%016llx", static_cast<unsigned long long>(expected.value));
  return {{"end", "ok"},
          {"units", expected.units},
          {"checksum", checksum},
          {"runs", runs},
          {"elapsed_ns", elapsed.count()}};
}

}  // namespace

int main(int count, char** words) {
  std::string const verb = count > 1 ? words[1] : "";
  if (verb == "describe") {
    std::puts(R"({"protocol": 1, "about": "std::async, a thread for each unit", "measures": {"throughput": ["fib"]}})");
    return 0;
  }
  if (verb != "measure" || count != 3) return std::fputs("usage: describe | measure CASE\n", stderr), 2;
  json answer;
  try {
    answer = measure(json::parse(words[2]));
  } catch (std::system_error const& refused) {
    answer = ended("limit_reached", refused.what());
  }
  std::string const text = answer.dump();
  return ::write(3, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1;
}
