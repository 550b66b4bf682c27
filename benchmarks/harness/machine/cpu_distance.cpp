#include "benchmarks/harness/machine/cpu_distance.hpp"

#include <array>
#include <atomic>
#include <cstdint>

#include "benchmarks/harness/records/statistics.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/posix_thread.hpp"

namespace unitcost::harness {
namespace {

constexpr int stretches = 5, trips_of_a_stretch = 200;

/// A line of its own, and none that the neighbouring line's prefetch would bring along.
struct alignas(128) counted_line {
  std::atomic<int> value{0};
};

/// Release and acquire cost nothing here on x86, and make one line carry what a hand-over carries.
void await(counted_line const& line, int value) {
  while (line.value.load(std::memory_order_acquire) != value) {
  }
}

}  // namespace

double cache_line_round_trip_ns(int here, int there) {
  counted_line out, back;
  runtime::cpu_confinement const confined({here});
  runtime::posix_thread const answering({.cpu = there}, [&out, &back] {
    for (int trip = 0; trip <= stretches * trips_of_a_stretch; ++trip) {
      await(out, trip + 1);
      back.value.store(trip + 1, std::memory_order_release);
    }
  });
  int trip = 0;
  auto const go_round = [&] {
    out.value.store(++trip, std::memory_order_release);
    await(back, trip);
  };
  go_round();  // the other thread has started
  std::array<double, stretches> trips_ns;
  for (double& each : trips_ns) {
    std::int64_t const begun = runtime::now_ns();
    for (int count = 0; count < trips_of_a_stretch; ++count) go_round();
    each = static_cast<double>(runtime::now_ns() - begun) / trips_of_a_stretch;
  }
  return median(trips_ns);
}

double cpu_distance::look(int here, int there) {
  double const now = measure_(here, there);
  seen_.insert(std::ranges::upper_bound(seen_, now), now);
  return now;
}

double cpu_distance::times_usual(double round_trip_ns) const {
  if (seen_.empty()) return 1;
  double const usual_ns = seen_[seen_.size() / 2];
  return std::max(round_trip_ns / usual_ns, usual_ns / round_trip_ns);
}

bool cpu_distance::usual(double round_trip_ns) const { return times_usual(round_trip_ns) < 1.25; }

double cpu_distance::less_usual(double first_ns, double second_ns) const {
  return times_usual(first_ns) > times_usual(second_ns) ? first_ns : second_ns;
}

}  // namespace unitcost::harness
