#include "benchmarks/measures/isolation/containment.hpp"

#include <unistd.h>

#include <set>

#include "benchmarks/measures/all.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

pause where_units_live::step(unsigned index) {
  ids& own = ids_[index];
  own.last_thread = ::gettid();
  if (own.process == 0) {
    own.first_thread = own.last_thread;
    own.process = ::getpid();
    come_.fetch_add(1, std::memory_order_relaxed);
  }
  return waits_ && come_.load(std::memory_order_relaxed) < ids_.size() ? next_turn : no_more;
}

std::uint64_t where_units_live::processes() const {
  std::set<int> found;
  for (ids const& each : ids_) found.insert(each.process);
  return found.size();
}

std::uint64_t where_units_live::threads() const {
  std::set<int> found;
  for (ids const& each : ids_) found.insert({each.first_thread, each.last_thread});
  return found.size();
}

void measure_containment(unit_kind const& kind, unsigned workers, harness::measurement& given) {
  constexpr unsigned units = 16;
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  runtime::shared_object<where_units_live> where(units, kind.takes_turns);
  kind.run({.workers = workers, .cpus = cpus}, units, steps_of(*where));
  given.check(where->come(), units, 0, 0);
  auto const tell = [&given](char const* name, char const* label, std::uint64_t count, char const* source) {
    given.report({.name = name,
                  .label = label,
                  .value = static_cast<double>(count),
                  .unit = "1",
                  .better = harness::direction::neither,
                  .samples = units},
                 source);
  };
  tell("process_ids", "processes that 16 units live in", where->processes(), "getpid(2)");
  tell("thread_ids", "threads that 16 units live in", where->threads(), "gettid(2)");
}

void add_containment(harness::registry& all) {
  for (unit_kind const& kind : unit_kinds()) {
    constexpr unsigned workers = 1;
    auto one = case_of(kind, containment_info, "ids", "units:16", workers);
    one.prediction_factor = 0.15;
    if (kind.model == "process") one.least = harness::profile::quick;
    one.run = [&kind](harness::measurement& given) { measure_containment(kind, workers, given); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
