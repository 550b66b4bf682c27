#include "benchmarks/measures/waiting/visit.hpp"

#include <sys/resource.h>
#include <time.h>

#include <vector>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/waiting/visit_floor.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/ways.hpp"

namespace unitcost::measures {

using workloads::visit;

namespace {

constexpr char const* visitors_clock = "CLOCK_MONOTONIC, read by the visitors";

std::int64_t ns_of(timeval const& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_usec * 1'000; }

void report_time(char const* name, char const* label, double value_ns, std::uint64_t samples,
                 harness::measurement& given) {
  given.report({.name = name,
                .label = label,
                .value = value_ns,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = samples},
               visitors_clock);
}

/// Who comes late finds all the others there.
void report_staying(visit_service const& service, harness::measurement& given) {
  constexpr std::size_t thousandth = 999;
  report_time("first_visit_ns", "from connecting to an answer, the first", static_cast<double>(service.visit_ns[0]), 1,
              given);
  if (service.what.visits > thousandth)
    report_time("thousandth_visit_ns", "from connecting to an answer, the 1000th",
                static_cast<double>(service.visit_ns[thousandth]), 1, given);
}

void report_rate(visit_service const& service, harness::measurement& given) {
  load::visit_log const& log = service.log;
  given.report({.name = "visits_per_second",
                .label = "visitors answered",
                .value = log.answered / (static_cast<double>(log.end_ns - log.begin_ns) * 1e-9),
                .unit = "1/s",
                .better = harness::direction::greater,
                .samples = log.answered},
               visitors_clock);
  given.report({.name = "visitors_busy_share",
                .label = "share of the time in which the visitors worked",
                .value = static_cast<double>(log.cpu_ns) / static_cast<double>(log.end_ns - log.begin_ns),
                .unit = "1",
                .better = harness::direction::neither,
                .samples = log.answered},
               "CLOCK_PROCESS_CPUTIME_ID of the visitors");
}

}  // namespace

std::int64_t cpu_time_with_children_ns() {
  timespec own{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
  rusage children{};
  ::getrusage(RUSAGE_CHILDREN, &children);
  return std::int64_t{own.tv_sec} * 1'000'000'000 + own.tv_nsec + ns_of(children.ru_utime) + ns_of(children.ru_stime);
}

void report_visits(visit_service const& service, std::int64_t server_cpu_ns, harness::measurement& given) {
  if (service.log.answered < service.what.visits) return;  // as check_visits has told
  std::vector<double> const visits_ns(service.visit_ns.begin(), service.visit_ns.end());
  if (service.what.stay)
    report_staying(service, given);
  else
    report_rate(service, given);
  given.report({.name = "cpu_ns_per_visit",
                .label = "the server's CPU time for a visit",
                .value = static_cast<double>(server_cpu_ns) / service.what.visits,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = service.what.visits},
               "CLOCK_PROCESS_CPUTIME_ID and getrusage(RUSAGE_CHILDREN)");
  report_time("latency_ns", "from connecting to an answer", harness::median(visits_ns), visits_ns.size(), given);
  given.report(harness::histogram_of(visits_ns, "latency_ns", "from connecting to an answer", "ns"));
}

harness::benchmark_case visit_case_of(std::string_view model, std::string_view way, visit_scale const& scale) {
  auto one =
      case_of(model, visit_info, visit::name, joined(way, "load:closed", visit::label(scale.asked)), scale.least);
  one.cpus_used = 2;
  one.prediction_factor = 0.6;  // as many visits in each profile; on average
  return one;
}

void add_visit(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_visit_cases<Model>(all); });
  for_each_model(all_ways{}, [&]<class Model>() { add_visit_cases<Model>(all); });
  add_visit_floor_cases(all);
}

}  // namespace unitcost::measures
