#include "benchmarks/measures/selftest.hpp"

#include <fmt/format.h>
#include <time.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/supervision/supervisor.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/pools/idle_workers.hpp"
#include "benchmarks/measures/units/awaiting_side.hpp"
#include "benchmarks/measures/units/footprint.hpp"
#include "benchmarks/measures/units/spawn.hpp"
#include "benchmarks/measures/units/switch.hpp"
#include "benchmarks/measures/waiting/calls.hpp"
#include "benchmarks/measures/waiting/connection_footprint.hpp"
#include "benchmarks/measures/waiting/open_echo.hpp"
#include "benchmarks/measures/waiting/planted_stall.hpp"
#include "benchmarks/measures/waiting/visit_floor.hpp"
#include "impl/null/null.hpp"
#include "impl/process/process.hpp"
#include "impl/serial/serial.hpp"
#include "impl/std_thread/std_thread.hpp"

namespace unitcost::measures {
namespace {

using harness::measurement;

/// A metric that knows its truth.
harness::metric known(char const* name, char const* label, double value, char const* unit, double low, double high) {
  return {.name = name,
          .label = label,
          .value = value,
          .unit = unit,
          .better = harness::direction::neither,  // than what it is known to be
          .expected_low = low,
          .expected_high = high};
}

/// Two groups of units in one process, alive together, of which the second touches 64 pages more: the user column's
/// slope must differ by 64 * 4096 bytes. With 16, forked units could not keep within 2 %: each page that the parent
/// writes between two forks is copied for each child, and where the parent's stack is randomised to, that may be one
/// page more for one of the groups.
template <class Model>
void touched_pages(measurement& given) {
  constexpr std::size_t few_bytes = 4 * runtime::page_bytes, many_bytes = 68 * runtime::page_bytes;
  auto const steps = footprint_steps(Model::idle_unit_count / 2, 0);
  auto const options = Model::variants().front().options;
  runtime::shared_object<unit_arrivals> few_arrivals, many_arrivals;
  auto const account = harness::memory_account::choose();
  typename Model::idle few(options, *few_arrivals, steps.back(), few_bytes);
  auto const few_readings = grow_and_read(few, *few_arrivals, steps, account, given);
  typename Model::idle many(options, *many_arrivals, steps.back(), many_bytes);
  auto const many_readings = grow_and_read(many, *many_arrivals, steps, account, given);
  auto const user = [](footprint_reading const& reading) { return reading.memory.user_bytes; };
  double const moved = slope_of(many_readings, user).slope - slope_of(few_readings, user).slope;
  given.report(
      known("touched_ratio", "user memory seen / touched", moved / double{many_bytes - few_bytes}, "1", 0.98, 1.02),
      account.source());
}

/// Not the suite's clock: CLOCK_MONOTONIC_RAW, the hardware's counter without the adjustments of adjtimex(2).
std::int64_t raw_now_ns() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// A kernel that lasts until another clock says so, measured as any loop is.
void kernel_length(measurement& given) {
  constexpr std::int64_t length_ns = 200'000;
  auto const loop = given.time_loop(given.measuring_s() / 2, [](std::uint64_t runs) {
    std::int64_t const begun = runtime::now_ns();
    for (std::uint64_t run = 0; run < runs; ++run)
      for (std::int64_t const start = raw_now_ns(); raw_now_ns() - start < length_ns;) {
      }
    return runtime::now_ns() - begun;
  });
  given.report(
      known("length_ratio", "length measured / true length", loop.ns_per_iteration / length_ns, "1", 0.98, 1.02),
      "CLOCK_MONOTONIC, median of stretches of the loop");
}

/// A ring of known length counts exactly its switches.
void switch_count(measurement& given) {
  constexpr ring_shape shape{.units = 2, .rounds = 1000, .by = handover::futex};
  ring_outcome const ring = models::std_thread::run_ring({}, {.workers = 1, .cpus = given.first_cpus(1)}, shape);
  given.check(ring.switches, shape.units * shape.rounds, ring.out_of_order, 0);
  given.report(known("switch_ratio", "switches counted / made", static_cast<double>(ring.switches) / 2000.0, "1", 1, 1),
               "counted by the units");
}

/// A bare coroutine beside itself: what taking turns adds to one of two sides.
void same_beside_itself(measurement& given) {
  using bare = bare_way<frame_from_new>;
  auto const same =
      compare_ways(given.measuring_s() * awaiting_side_share, given, time_transfers<bare>, time_transfers<bare>);
  given.report(known("same_ratio", "a loop / the same loop", same.ratio, "1", 0.98, 1.02),
               "median over pairs of neighbouring slices");
}

/// A worker that spins takes a core, one that sleeps takes nothing.
void worker_cpu(measurement& given) {
  double const window_s = given.measuring_s() / 4;
  std::string const source = "CPU clock of the process less the caller's";
  {
    std::atomic<bool> stop{false};
    std::jthread const spinning([&] {
      while (!stop.load(std::memory_order_relaxed)) {
      }
    });
    double const share = cpu_share_during(window_s);
    stop.store(true, std::memory_order_relaxed);
    given.report(known("spinning_share", "CPU time of a worker that spins, of one core", share, "1", 0.9, 1.01),
                 source);
  }
  runtime::futex_gate gate;
  std::jthread const sleeping([&gate] { gate.wait(); });
  pause_ms(1);
  double const share = cpu_share_during(window_s);
  gate.open();
  given.report(known("sleeping_share", "CPU time of a worker that sleeps, of one core", share, "1", 0, 0.001), source);
}

/// An open loop against a server that answers after 10 ms and stalls for a fifth of the time: each quantile over what
/// follows from the plan. Few clients, so that a loop that is not open would miss most of the stall. Between a client's
/// requests there is time for an answer, and a hundredth of that is longer than what loopback takes.
void planted_stall_seen(measurement& given) {
  constexpr std::int64_t ms = 1'000'000;
  constexpr planted_stall planted{.delay_ns = 10 * ms, .from_ns = 400 * ms, .until_ns = 600 * ms};
  auto const plan = load::arrivals_ns({.by = load::spacing::constant, .per_second = 1000}, 1000 * ms);
  runtime::shared_object<open_echo_run> run(workloads::echo::parameters{.connections = 32, .bytes = 64}, true);
  serve_clients(
      *run, given, [&] { send_as_planned(*run, plan, given.patience_ns()); },
      [&](placement const&) { answer_with_stall(*run, planted, run->log.begun_ns); });
  if (!all_answered(*run, plan.size(), given)) return;
  if (auto const why = load::why_behind(run->log, plan.size()); !why.empty()) throw harness::not_stable(why);
  auto const truths = known_latencies_ns(plan, run->what.connections, planted);
  auto const report = [&](std::string_view which, std::int64_t seen_ns, std::int64_t true_ns) {
    given.report(known(fmt::format("{}_ratio", which).c_str(), fmt::format("{} seen / planted", which).c_str(),
                       static_cast<double>(seen_ns) / static_cast<double>(true_ns), "1", 0.99, 1.01),
                 "CLOCK_MONOTONIC, read by the clients");
  };
  load::latency_histogram const& seen = run->log.latency;
  for (harness::percentile const& each : harness::told_percentiles)  // of a thousand requests up to p99
    if (auto const rank = harness::rank_of(each, truths.size()))
      report(fmt::format("p{}", each.text), seen.at_rank(*rank), truths[*rank - 1]);
  report("max", seen.greatest_ns(), planted.longest_ns());
}

/// Connections for each of which the server keeps sixteen pages, beside others for which it keeps none.
void connection_pages(measurement& given) {
  constexpr workloads::visit::parameters some{.visits = 250, .at_once = 1, .stay = true};
  constexpr std::size_t kept_bytes = 16 * runtime::page_bytes;
  harness::peer_group const clients;
  auto const user_bytes_each = [&](std::size_t kept) {
    auto const readings =
        read_connections(some, true, clients, given,
                         [kept](placement const&, visit_service& service) { take_up_by_hand(service, kept); });
    return slope_of(readings, [](footprint_reading const& one) { return one.memory.user_bytes; }).slope;
  };
  double const without = user_bytes_each(0), with = user_bytes_each(kept_bytes);
  given.report(known("kept_ratio", "user memory of a connection seen / kept", (with - without) / double{kept_bytes},
                     "1", 0.98, 1.02),
               clients.account().source());
}

/// A thread's request is a read and a write that block, and nothing else.
void calls_of_a_request(measurement& given) {
  using models::std_thread;
  counted_run const counted = count_calls(calls_asked, false, given, serve_by_units<std_thread>);
  double const each = static_cast<double>(counted.system_calls) / static_cast<double>(counted.requests);
  given.report(known("calls_ratio", "system calls of a request counted / made", each / 2, "1", 0.99, 1.01),
               std::string(calls_info.source));
}

/// What the harness itself adds to each unit: a scope of the model that makes none.
void unit_cost_of_harness(measurement& given) {
  models::null nothing({}, {});
  auto const loop = given.time_loop(given.measuring_s() / 2, [&](std::uint64_t units) {
    std::int64_t const begun = runtime::now_ns();
    nothing.run([units](auto& context) {
      typename models::null::context::scope children(context);
      std::int64_t start = 0;
      for (std::uint64_t unit = 0; unit < units; ++unit) children.spawn(start, spawned_unit{-1, false});
      children.join();
      return start;
    });
    return runtime::now_ns() - begun;
  });
  given.report(known("harness_unit_ns", "harness per unit", loop.ns_per_iteration, "ns", 0, 3),
               "CLOCK_MONOTONIC, median of stretches of the loop");
}

void clock_cost(measurement& given) {
  given.report(
      {.name = "clock_ns", .label = "one clock reading", .value = static_cast<double>(clock_cost_ns()), .unit = "ns"},
      "CLOCK_MONOTONIC, 1000 readings in a row");
}

/// The case that a nested supervisor runs: nothing at all.
void nothing_at_all(measurement& given) { given.note("an empty repetition"); }

/// What the supervisor adds to each repetition: here a nested one runs the empty case in a worker of its own, with all
/// that a repetition has.
void repetition_cost(harness::benchmark_case const& empty, std::vector<unsigned> const& workers, measurement& given) {
  auto const& settings = given.settings();
  harness::supervisor nested({.which = settings.which,
                              .seed = settings.seed,
                              .limits = {.memory_bytes = 1u << 30, .processes = 100},
                              .cpus = settings.cpus,
                              .workers = workers});
  harness::interrupt interruption;
  std::vector<double> costs;
  for (int repetition = 0; repetition < 3; ++repetition) {
    auto const record = nested.run(empty, 0, interruption);
    if (record.end != harness::ending::ok)
      throw std::runtime_error("the nested repetition ended " + std::string(to_string(record.end)) + ": " +
                               record.reason);
    costs.push_back(static_cast<double>(record.circumstances.harness_ns));
  }
  given.report(known("supervisor_ns", "supervisor per repetition", harness::median(costs), "ns", 0, 30e6),
               "CLOCK_MONOTONIC, a nested repetition less its case");
}

template <class Model>
harness::benchmark_case selftest_case(std::string_view workload, std::string check, void (*run)(measurement&)) {
  auto one = case_of<Model>(selftest_info, workload, "check:" + std::move(check), harness::profile::quick);
  one.cpus_used = 1;
  one.prediction_factor = 1.4;
  one.run = run;
  return one;
}

/// Of a measure that quick does not hold.
harness::benchmark_case standard_only(harness::benchmark_case one) {
  one.least = harness::profile::standard;
  one.prediction_factor = 0.4;
  return one;
}

}  // namespace

void add_selftest(harness::registry& all) {
  using models::null, models::process, models::serial, models::std_thread;
  all.add(selftest_case<std_thread>("idle", "touched_pages", touched_pages<std_thread>));
  all.add(selftest_case<process>("idle", "touched_pages", touched_pages<process>));
  all.add(selftest_case<serial>("grain", "kernel_length", kernel_length));
  all.add(selftest_case<std_thread>("idle", "switch_count", switch_count));
  all.add(standard_only(selftest_case<null>("idle", "same_ratio", same_beside_itself)));
  all.add(standard_only(selftest_case<std_thread>("idle", "worker_cpu", worker_cpu)));
  auto stall = standard_only(selftest_case<null>("echo", "planted_stall", planted_stall_seen));
  stall.cpus_used = 2;
  stall.prediction_factor = 2.6;
  all.add(stall);
  for (auto one : {selftest_case<null>("connection", "kept_pages", connection_pages),
                   selftest_case<std_thread>("echo", "calls", calls_of_a_request)}) {
    one = standard_only(one);
    one.cpus_used = 2;
    all.add(one);
  }
  all.add(selftest_case<null>("idle", "harness_unit", unit_cost_of_harness));
  all.add(selftest_case<null>("idle", "clock", clock_cost));
  auto const empty = selftest_case<null>("idle", "empty", nothing_at_all);
  all.add(empty);
  auto supervisor = selftest_case<null>("idle", "supervisor", nullptr);
  supervisor.run = [empty, workers = all.settings().workers](measurement& given) {
    repetition_cost(empty, workers, given);
  };
  all.add(supervisor);
}

}  // namespace unitcost::measures
