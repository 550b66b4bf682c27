#include "benchmarks/measures/waiting/serving_window.hpp"

#include <time.h>
#include <unistd.h>

namespace unitcost::measures {

namespace {

std::int64_t thread_cpu_ns() {
  timespec now;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Of this thread. Units of one thread are served by it alone.
thread_local std::uint64_t rounds_here = 0;

serving_mark mark() { return {::gettid(), thread_cpu_ns(), rounds_here}; }

}  // namespace

void serving_observer::round(std::uint64_t number) const {
  ++rounds_here;
  if (number == second_round) unit->second_round = mark();
}

void serving_observer::end() const { unit->end = mark(); }

void serving_window::add(serving_span const& one) {
  serving_span& all = threads_.try_emplace(one.end.thread, one).first->second;
  if (one.second_round.cpu_ns > all.second_round.cpu_ns) all.second_round = one.second_round;
  if (one.end.cpu_ns < all.end.cpu_ns) all.end = one.end;
}

served serving_window::sum() const {
  served all;
  for (auto const& [thread, own] : threads_) {
    if (own.end.cpu_ns <= own.second_round.cpu_ns || own.end.rounds <= own.second_round.rounds) continue;
    all.cpu_ns += own.end.cpu_ns - own.second_round.cpu_ns;
    all.rounds += own.end.rounds - own.second_round.rounds;
  }
  return all;
}

}  // namespace unitcost::measures
