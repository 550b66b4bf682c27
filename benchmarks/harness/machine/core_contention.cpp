#include "benchmarks/harness/machine/core_contention.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "benchmarks/harness/records/statistics.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::harness {
namespace {

// Some 15 us each at 3 GHz, long against a clock reading; so short and so often that what interrupts for a moment
// misses most. The shortest of them would miss a neighbour who comes and goes.
constexpr std::uint64_t wide_rounds = 19'000, narrow_rounds = 13'000;
constexpr int tries = 21;

// The empty asm statements keep the compiler from computing a chain in advance or several steps of it at once.
std::uint64_t wide_work() {
  std::uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6;
  for (std::uint64_t round = 0; round < wide_rounds; ++round) {
    a += b ^ round;
    b += c ^ round;
    c = c * 3 + round;
    d ^= a >> 3;
    e += d;
    f += e * 5;
    asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
  }
  return a + b + c + d + e + f;
}

std::uint64_t narrow_work() {
  std::uint64_t chain = 1;
  for (std::uint64_t round = 0; round < narrow_rounds; ++round) {
    chain = chain * 6364136223846793005u + 1;
    asm volatile("" : "+r"(chain));
  }
  return chain;
}

double usual_ns(std::uint64_t (*work)()) {
  std::array<double, tries> took;
  for (double& each : took) {
    std::int64_t const begun = runtime::now_ns();
    std::uint64_t const result = work();
    asm volatile("" : : "r"(result));
    each = static_cast<double>(runtime::now_ns() - begun);
  }
  return median(took);
}

}  // namespace

double wide_to_narrow(int cpu) {
  runtime::cpu_confinement const there({cpu});
  return usual_ns(wide_work) / usual_ns(narrow_work);
}

double core_contention::slowdown(std::span<int const> cpus) {
  double worst = 0;
  for (int const cpu : cpus) {
    double const now = measure_(cpu);
    worst = std::max(worst, now);
    seen_.insert(std::ranges::upper_bound(seen_, now), now);
  }
  return cpus.empty() ? 1 : over_quiet(worst);
}

double core_contention::slowdown_now(std::span<int const> cpus) const {
  double worst = 0;
  for (int const cpu : cpus) worst = std::max(worst, measure_(cpu));
  return seen_.empty() ? 1 : over_quiet(worst);
}

}  // namespace unitcost::harness
