#include "benchmarks/measures/waiting/brigade.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "benchmarks/load/loopback.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/waiting/brigade_floor.hpp"
#include "benchmarks/measures/waiting/channel_brigade.hpp"
#include "impl/all.hpp"
#include "impl/asio/channel.hpp"
#include "impl/runtime/kernel_limits.hpp"
#include "impl/ways.hpp"

namespace unitcost::measures {

using workloads::brigade;

brigade_run::brigade_run(brigade::parameters const& asked, bool non_blocking) : what(asked), units(asked.units) {
  load::ignore_broken_connections();
  runtime::raise_descriptor_limit();
  pipes.reserve(what.units);
  for (std::uint32_t unit = 0; unit < what.units; ++unit) {
    runtime::pipe_ends const& made = pipes.emplace_back(runtime::open_pipe());
    if (!non_blocking) continue;
    load::make_non_blocking(made.reading.get());
    load::make_non_blocking(made.writing.get());
  }
}

void brigade_run::keep_only(unsigned unit) {
  for (unsigned other = 0; other < what.units; ++other)
    if (other != unit) give_away(other);
}

void brigade_run::give_away(unsigned unit) {
  pipes[unit].reading.reset();
  pipes[(unit + 1) % what.units].writing.reset();
}

// Who reads a pipe that nobody can write any more sees its end. Its number stays taken, since a unit may be about to
// write: that goes nowhere.
void brigade_run::break_off() const {
  auto const nowhere = runtime::opened(::open("/dev/null", O_WRONLY | O_CLOEXEC), "opening /dev/null");
  for (runtime::pipe_ends const& each : pipes)
    if (each.writing.get() >= 0) ::dup3(nowhere.get(), each.writing.get(), O_CLOEXEC);
}

outcome carried(brigade_run const& run) {
  workloads::exchanged const expected = brigade::oracle(run.what);
  outcome sum;
  for (carrier const& each : run.units) {
    if (each.done == expected) ++sum.units;
    sum.checksum += each.done.checksum;
  }
  return sum;
}

outcome expected_of(brigade::parameters const& asked) {
  return {asked.units, asked.units * brigade::oracle(asked).checksum};
}

void report_hop(double hop_ns, std::uint64_t hops, harness::measurement& given) {
  given.report({.name = "hop_ns",
                .label = "one blocking hop",
                .value = hop_ns,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = hops},
               "CLOCK_MONOTONIC, mean over the laps");
}

std::uint64_t laps_in(double measuring_s, double hop_ns, std::uint32_t units) {
  double const lap_ns = std::max(hop_ns, 1.0) * units;
  return static_cast<std::uint64_t>(std::max(measuring_s * 1e9 / lap_ns, 1.0));
}

harness::benchmark_case brigade_case_of(std::string_view model, std::string_view way,
                                        brigade::parameters const& asked) {
  auto one = case_of(model, brigade_info, brigade::name, joined(way, "by:pipe", brigade::label(asked)),
                     harness::profile::standard);
  one.cpus_used = 1;
  one.prediction_factor = 0.7;
  return one;
}

void add_brigade(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    add_brigade_cases<Model>(all);
    add_channel_brigade_cases<Model>(all);
  });
  for_each_model(all_ways{}, [&]<class Model>() { add_brigade_cases<Model>(all); });
  add_brigade_floor_cases(all);
}

}  // namespace unitcost::measures
