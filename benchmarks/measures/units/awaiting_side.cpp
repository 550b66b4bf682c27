#include "benchmarks/measures/units/awaiting_side.hpp"

#include <utility>

#include "benchmarks/measures/model_cases.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/stackless/stackless.hpp"

namespace unitcost::measures {

void report_primitive(side_by_side const& found, harness::measurement& given) {
  std::string const source = "CLOCK_MONOTONIC, median over slices of some 0.2 ms";
  given.report({.name = "primitive_ns",
                .label = "one operation of a unit",
                .value = found.ours_ns,
                .unit = "ns",
                .samples = found.pairs},
               source);
  given.report({.name = "bare_ns",
                .label = "one operation of a bare coroutine",
                .value = found.bare_ns,
                .unit = "ns",
                .samples = found.pairs},
               source);
  given.report({.name = "ratio_to_bare",
                .label = "one operation, unit / bare coroutine",
                .value = found.ratio,
                .unit = "1",
                .samples = found.pairs},
               "median over pairs of neighbouring slices");
}

namespace {

using timing = std::int64_t (*)(std::uint64_t, turn_count&);

void add_primitive(harness::registry& all, std::string label, timing ours, timing bare) {
  auto one = case_of<models::stackless>(awaiting_side_info, "idle", std::move(label), harness::profile::standard);
  one.cpus_used = 1;
  one.prediction_factor = 0.25;
  one.run = [ours, bare](harness::measurement& given) {
    runtime::confine_to(given.first_cpus(1));
    report_primitive(compare_ways(given.measuring_s() * awaiting_side_share, given, ours, bare), given);
  };
  all.add(one);
}

}  // namespace

void add_awaiting_side_cases(harness::registry& all) {
  using of_new = bare_way<frame_from_new>;
  using of_cache = bare_way<frame_from_cache>;
  add_primitive(all, "op:resume", time_resumes<own_way>, time_resumes<of_new>);
  add_primitive(all, "op:transfer", time_transfers<own_way>, time_transfers<of_new>);
  add_primitive(all, "op:cycle/bare:cache", time_cycles<own_way>, time_cycles<of_cache>);
  add_primitive(all, "op:cycle/bare:new", time_cycles<own_way>, time_cycles<of_new>);
}

}  // namespace unitcost::measures
