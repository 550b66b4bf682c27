#include "benchmarks/measures/interpreter/reference_count.hpp"

#include <fmt/format.h>

#include <string>

#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::measures {

void report_references(std::vector<reference_run> const& runs, harness::measurement& given) {
  std::uint64_t references = 0, whole = 0;
  std::vector<double> each_ns;
  for (reference_run const& run : runs) {
    references += run.references;
    whole += run.references_left == 1 && run.last_ones == 0;
    each_ns.push_back(run.ns_per_reference);
  }
  given.check(whole, runs.size(), 0, 0);
  given.report({.name = "reference_ns",
                .label = "one reference taken and given back",
                .value = harness::median(each_ns),
                .unit = "ns",
                .samples = references},
               "CLOCK_MONOTONIC");
}

namespace {

template <class Count>
void measure_references(unit_kind const& kind, unsigned units, harness::measurement& given) {
  // Several times the interval after which a thread asks for the global lock.
  constexpr std::int64_t duration_ns = 30'000'000;
  auto const cpus = given.first_cpus(units);
  runtime::confine_to(cpus);
  std::vector<reference_run> runs;
  for (int run = 0; run < 3; ++run) {
    counted_object<Count> object(units, duration_ns);
    kind.run({.workers = units, .cpus = cpus}, units, steps_of(object));
    runs.push_back({object.ns_per_reference(), object.references(), object.references_left(), object.last_ones()});
  }
  report_references(runs, given);
}

template <class Count>
void add_reference_cases(harness::registry& all, unit_kind const& kind) {
  for (unsigned const units : {1u, 2u}) {
    auto one =
        case_of(kind, reference_count_info, "shared_object", fmt::format("count:{}", std::string(Count::name)), units);
    one.prediction_factor = 0.6;
    one.run = [&kind, units](harness::measurement& given) { measure_references<Count>(kind, units, given); };
    all.add(one);
  }
}

}  // namespace

void add_reference_count(harness::registry& all) {
  unit_kind const* const threads = threads_to_interpret();
  if (threads == nullptr) return;
  add_reference_cases<gil::plain_count>(all, interpreted_threads());
  add_reference_cases<gil::atomic_count>(all, *threads);
  add_reference_cases<gil::biased_count>(all, *threads);
}

}  // namespace unitcost::measures
