// footprint, workload crawl: bytes of memory that one more page in flight takes a crawler, its connection and its unit
// included.
//
// Five crawls of growing size, one page for each connection, each in a process of its own; the page server reads the
// account when all have asked and before the first is answered. What it takes itself is charged to a control group of
// its own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/machine/peer_group.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/waiting/connection_footprint.hpp"
#include "benchmarks/measures/waiting/crawl.hpp"
#include "impl/process/child_group.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info crawl_footprint_info{
    .name = "footprint",
    .question = "How much memory does one more page in flight take a crawler, and of which kind?",
    .from = "a crawl of a fifth of the connections, all of which have asked for a page and have no answer",
    .to = "one of all",
    .unit = "bytes per connection, in columns: user, kernel, socket buffers, total",
    .method =
        "least-squares slope over five crawls, each in a process of its own; the crawler's end alone, unless the "
        "source says otherwise",
    .source =
        "the repetition's own memory cgroup, the page server's apart; or where there is none the machine-wide account, "
        "with both ends",
    .file = "benchmarks/measures/waiting/crawl_footprint.hpp",
    .timed = false};

/// What the process of one crawl leaves behind.
struct crawl_in_flight {
  footprint_reading reading;  ///< of no units where they were not all in flight at once
  crawled done;
};

/// One crawl, whose page server reads the account. Crawls as in measure_crawl_of, on the calling process, which is to
/// end then.
template <class Lock, class Crawl>
void crawl_and_read(workloads::crawl::parameters const& asked, bool non_blocking, harness::peer_group const& servers,
                    harness::measurement& given, Crawl const& crawl, crawl_in_flight& out) {
  std::vector<int> const cpus = given.first_cpus(2);
  load::ignore_broken_connections();
  runtime::shared_object<crawl_run<Lock>> run(asked);
  page_server_process server(
      *run, {cpus[1]}, given.patience_ns(), [&] { servers.enter(); },
      [&] {
        servers.leave();
        out.reading = {.units = asked.connections, .memory = read_settled(servers.account())};
        servers.enter();
      });
  run->connections = server.connect(non_blocking);
  runtime::confine_to({cpus[0]});
  crawl(*run, placement{.workers = 1, .cpus = {cpus[0]}});
  run->connections.clear();
  server.join();
  out.done = come_of(*run);
}

/// Throws not_stable where pages were answered before all had been asked for.
template <class Lock, class Crawl>
void measure_crawl_footprint_of(workloads::crawl::parameters asked, bool non_blocking, harness::measurement& given,
                                Crawl const& crawl) {
  harness::peer_group const servers;
  std::vector<footprint_reading> readings;
  for (std::uint64_t const step : footprint_steps(asked.connections, 0)) {
    asked.connections = asked.pages = static_cast<std::uint32_t>(step);
    runtime::shared_object<crawl_in_flight> in_flight;
    processes::child_group crawler(1);
    crawler.spawn([&] { crawl_and_read<Lock>(asked, non_blocking, servers, given, crawl, *in_flight); });
    crawler.reap_all("the crawler");
    check_crawl(asked, in_flight->done, given);
    if (in_flight->reading.units != step)
      throw harness::not_stable("pages were answered before all units had asked for theirs");
    readings.push_back(in_flight->reading);
  }
  report_connection_footprint(readings, servers, given);
}

/// How many pages at once. The delay is long enough for the slowest model to ask for all.
inline constexpr workloads::crawl::parameters crawl_footprint_scales[] = {
    {.connections = 1000, .delay_ns = 300'000'000},
    {.connections = 10'000, .delay_ns = 1'500'000'000},
};

/// Why there is no slope over Model's connections; empty where there is one.
template <class Model>
std::string why_no_crawl_footprint(std::uint32_t connections) {
  if (waits_beside_others<Model>() && !Model::abilities.shares_memory)
    return std::string(Model::name) +
           "'s units inherit all connections, of which each has a table: no line has that slope";
  return why_no_crawl<Model>(connections);
}

/// Still without its function.
harness::benchmark_case crawl_footprint_case_of(std::string_view model, std::string_view way,
                                                workloads::crawl::parameters const& asked);

template <class Model>
void add_crawl_footprint_cases(harness::registry& all) {
  for (workloads::crawl::parameters const& asked : crawl_footprint_scales) {
    auto one = crawl_footprint_case_of(Model::name, way_of<Model>(), asked);
    one.run = [](harness::measurement&) {};
    if constexpr (why_none_together<Model>().empty()) {
      one.skip_reason = why_no_crawl_footprint<Model>(asked.connections);
      one.run = [asked](harness::measurement& given) {
        measure_crawl_footprint_of<frontier_lock<Model>>(asked, wants_non_blocking<Model>(), given,
                                                         crawl_by_units<Model>);
      };
    } else {
      one.skip_reason = why_none_together<Model>();
    }
    all.add(one);
  }
}

void add_crawl_footprint_of_floor(harness::registry& all);

}  // namespace unitcost::measures
