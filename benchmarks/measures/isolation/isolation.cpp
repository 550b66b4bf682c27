#include "benchmarks/measures/isolation/isolation.hpp"

#include <algorithm>

#include "benchmarks/measures/all.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

/// What the claim calls a global variable. (Atomic, since threads write it and read it.)
std::atomic<int> global_variable{0};

constexpr std::int64_t look_again_ns = 50'000;

}  // namespace

pause global_write::step(unsigned index) {
  if (!has_writer_.exchange(true, std::memory_order_relaxed)) {
    global_variable.store(told_, std::memory_order_relaxed);
    written_.store(true, std::memory_order_release);
    return no_more;
  }
  // Acquire: who is told that it was written would see it, if it is the same variable.
  if (!written_.load(std::memory_order_acquire)) return look_again_ns;
  bool const sees = global_variable.load(std::memory_order_relaxed) == told_;
  seen_[index].store(sees ? look::told : look::old, std::memory_order_relaxed);
  return no_more;
}

std::uint64_t global_write::lookers() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(seen_, [](auto const& each) { return each != look::none; }));
}

std::uint64_t global_write::seers() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(seen_, [](auto const& each) { return each == look::told; }));
}

void measure_isolation(unit_kind const& kind, unsigned workers, harness::measurement& given) {
  using enum harness::direction;
  constexpr unsigned units = 8;
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  runtime::shared_object<global_write> write(units, global_variable.load() + 1);
  kind.run({.workers = workers, .cpus = cpus}, units, steps_of(*write));
  given.check(write->lookers(), units - 1, 0, 0);
  given.report({.name = "seen_share",
                .label = "of the other units, those that see what one wrote to a global variable",
                .value = static_cast<double>(write->seers()) / (units - 1),
                .unit = "1",
                .better = neither,
                .samples = units - 1},
               "the units' own reading");
  given.report({.name = "seen_by_starter",
                .label = "whether their starter sees it after they have ended",
                .value = global_variable.load() == write->told() ? 1.0 : 0.0,
                .unit = "1",
                .better = neither},
               "the starter's own reading");
}

void add_isolation(harness::registry& all) {
  for (unit_kind const& kind : unit_kinds()) {
    constexpr unsigned workers = 1;
    auto one = case_of(kind, isolation_info, "global", "units:8", workers);
    one.prediction_factor = 0.15;
    if (kind.model == "process") one.least = harness::profile::quick;
    one.run = [&kind](harness::measurement& given) { measure_isolation(kind, workers, given); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
