// latency, workload crawl: units fetch the pages of a site from a server that takes its time. How near do they come to
// what so many requests in flight could reach, and what does a page cost them?
//
// Each unit has a connection of its own, made before, and one request under way; what it finds all others may take. The
// server is a process of its own on another CPU. All units are on one worker.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/loopback.hpp"
#include "benchmarks/load/page_server.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/together.hpp"
#include "benchmarks/measures/waiting/conversing_units.hpp"
#include "benchmarks/measures/waiting/serving_window.hpp"
#include "impl/model.hpp"
#include "impl/process/child_group.hpp"
#include "impl/process_pool/robust_mutex.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/io/crawl.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info crawl_info{
    .name = "latency",
    .question = "How near do units that each wait for a page come to what so many requests in flight could reach?",
    .from =
        "the first unit's first request (pages a second); when all units of a thread ask for their second (CPU time)",
    .to = "the last unit finds no page left; the first unit of the thread does",
    .unit = "pages a second, share of the ideal, ns (CPU time a page)",
    .method =
        "one crawl of the whole site. The ideal is ceil(pages / connections) delays: that many at once from the first "
        "on, none of them a moment late. Starting units is part of the crawl, connecting is not. CPU time, user and "
        "system, is that of the threads that crawl, over the pages within; parsing and digesting each page is part of "
        "it. How late the server answered is its own number",
    .source = "CLOCK_MONOTONIC and CLOCK_THREAD_CPUTIME_ID, read by the units",
    .file = "benchmarks/measures/waiting/crawl.hpp"};

/// What one unit leaves behind.
struct fetcher {
  workloads::exchanged done;
  serving_span served;
  std::int64_t first_request_ns = 0;
  std::int64_t end_ns = 0;
};

struct fetcher_observer {
  fetcher* who;

  void round(std::uint64_t number) const {
    if (number == 0) who->first_request_ns = runtime::now_ns();
    serving_observer{&who->served, 1}.round(number);
  }
  void end() const {
    who->end_ns = runtime::now_ns();
    serving_observer{&who->served, 1}.end();
  }
};

/// What is known of a crawl in the end, in shared memory.
struct crawl_log {
  explicit crawl_log(workloads::crawl::parameters const& asked)
      : what(asked), units(asked.connections), answers(asked.pages) {
    server.answers = {answers.begin(), answers.end()};
  }

  workloads::crawl::parameters what;
  runtime::shared_array<fetcher> units;
  runtime::shared_array<std::uint32_t> answers;  // of each page
  load::page_log server;
};

/// One run, in shared memory. Units share the frontier, which `Lock` guards.
template <class Lock>
struct crawl_run : crawl_log {
  explicit crawl_run(workloads::crawl::parameters const& asked)
      : crawl_log(asked),
        queue(asked.pages),
        seen(asked.pages),
        known(of, {queue.begin(), queue.end()}, {seen.begin(), seen.end()}) {}

  auto opener_for(unsigned connection) const {
    return [socket = connections[connection].get()] { return socket_streams(socket); };
  }
  fetcher_observer observer_for(unsigned connection) const { return {&units[connection]}; }

  workloads::site of = workloads::crawl::site_of(what);
  runtime::shared_array<std::uint32_t> queue;
  runtime::shared_array<std::uint8_t> seen;
  workloads::frontier<Lock> known;
  std::vector<runtime::owned_descriptor> connections;  // the crawler's ends
};

/// Units that one kernel thread runs never come between each other. Threads lock; processes so that one that dies in it
/// is noticed.
template <class Model>
using frontier_lock =
    std::conditional_t<shares_its_worker<Model>(), workloads::no_lock,
                       std::conditional_t<Model::abilities.shares_memory, std::mutex, processes::robust_mutex>>;

/// The server's process. It ends by itself when all connections are closed, or with this object.
class page_server_process {
 public:
  /// `begin` is called in it first, and `when_all_wait` as a page_service's.
  page_server_process(
      crawl_log& log, std::vector<int> const& cpus, std::int64_t patience_ns, std::function<void()> begin = [] {},
      std::function<void()> when_all_wait = [] {});
  /// So many connections to it as the crawl has, all accepted. Throws what ended the server, where something did.
  std::vector<runtime::owned_descriptor> connect(bool non_blocking);
  /// Throws unit_crashed if it did not end well.
  void join() { process_.reap_all(name); }

 private:
  static constexpr std::string_view name = "the page server";

  crawl_log& log_;
  load::listener listener_;
  processes::child_group process_{1};
};

/// What a unit does, for converse_all.
struct fetching_pages {
  template <class Model, class Run>
  static void direct(typename Model::context& unit, Run& all, unsigned index) {
    workloads::fetch_pages(calls_of<typename Model::context>{unit}, all.opener_for(index), all.of, all.known,
                           all.units[index].done, all.observer_for(index));
  }
  template <class Model, class Run>
  static typename Model::turns::unit awaited(typename Model::turns& among, Run& all, unsigned index) {
    return workloads::fetch_pages_awaited<Model>(among, all.opener_for(index), all.of, all.known, all.units[index].done,
                                                 all.observer_for(index));
  }
  /// For a readiness loop.
  template <class Run>
  class halting {
   public:
    static std::size_t room_for(Run&, unsigned) { return 0; }
    halting(Run& all, unsigned index, std::span<std::byte>) : all_(all), index_(index) {}

    template <class Calls, class Streams>
    bool go_on(Calls&& calls, Streams& ends) {
      return part_.go_on(calls, ends, all_.of, all_.known, all_.units[index_].done, all_.observer_for(index_));
    }

   private:
    Run& all_;
    unsigned index_;
    workloads::halting_crawl part_;
  };
};

/// What came of a crawl.
struct crawled {
  workloads::exchanged all;           ///< units' parts; of the rounds, those of units that came to a good end
  std::uint64_t pages_sent_once = 0;  ///< says the server
};
crawled come_of(crawl_log const& log);

/// Proves that each page was fetched once and came as it was sent.
void check_crawl(workloads::crawl::parameters const& asked, crawled const& done, harness::measurement& given);

/// Checks, and reports. Throws not_stable where no unit fetched
/// two.
void report_crawl(crawl_log const& log, harness::measurement& given);

/// Crawls by `crawl(crawl_run<Lock>&, placement)`, on the first of two CPUs; the server has the second.
template <class Lock, class Crawl>
void measure_crawl_of(workloads::crawl::parameters const& asked, bool non_blocking, harness::measurement& given,
                      Crawl const& crawl) {
  std::vector<int> const cpus = given.first_cpus(2);
  load::ignore_broken_connections();
  runtime::shared_object<crawl_run<Lock>> run(asked);
  page_server_process server(*run, {cpus[1]}, given.patience_ns());
  run->connections = server.connect(non_blocking);
  runtime::confine_to({cpus[0]});
  crawl(*run, placement{.workers = 1, .cpus = {cpus[0]}});
  run->connections.clear();
  server.join();
  report_crawl(*run, given);
}

/// By Model's units, on one worker.
template <class Model>
void crawl_by_units(crawl_run<frontier_lock<Model>>& run, placement const& where) {
  converse_all<Model, fetching_pages>(where, run.what.connections, run);
}

template <class Model>
void measure_crawl(workloads::crawl::parameters const& asked, harness::measurement& given) {
  measure_crawl_of<frontier_lock<Model>>(asked, wants_non_blocking<Model>(), given, crawl_by_units<Model>);
}

/// How many connections, how slow a server, how many pages, and who is asked.
struct crawl_scale {
  workloads::crawl::parameters asked;
  harness::profile least;
};
inline constexpr crawl_scale crawl_scales[] = {
    {{.connections = 32, .delay_ns = 5'000'000, .pages = 640}, harness::profile::quick},
    {{.connections = 200, .delay_ns = 10'000'000, .pages = 4000}, harness::profile::standard},
    {{.connections = 1000, .delay_ns = 20'000'000, .pages = 100'000}, harness::profile::full},
    {{.connections = 10'000, .delay_ns = 100'000'000, .pages = 100'000}, harness::profile::full},
};

/// Why units that are processes cannot have so many connections; empty where they can.
std::string why_no_crawl_of_processes(std::string_view model, std::uint32_t connections);

/// Why Model's units cannot crawl; empty where they can.
template <class Model>
std::string why_no_crawl(std::uint32_t connections) {
  std::string why = why_no_conversation<Model>(connections, 1);
  if constexpr (why_none_together<Model>().empty())
    if (why.empty() && std::is_same_v<frontier_lock<Model>, processes::robust_mutex>)
      return why_no_crawl_of_processes(Model::name, connections);
  return why;
}

/// Still without its function.
harness::benchmark_case crawl_case_of(std::string_view model, std::string_view way, crawl_scale const& scale);

template <class Model>
void add_crawl_cases(harness::registry& all) {
  for (crawl_scale const& scale : crawl_scales) {
    auto one = crawl_case_of(Model::name, way_of<Model>(), scale);
    one.skip_reason = why_no_crawl<Model>(scale.asked.connections);
    if (!one.skip_reason.empty()) one.least = std::max(one.least, harness::profile::standard);
    one.least = std::max(one.least, least_of_way<Model>());
    // What quick has of the others, standard shows of other ways at more connections.
    if (!way_of<Model>().empty() && scale.least == harness::profile::quick) one.least = harness::profile::full;
    one.run = [](harness::measurement&) {};
    if constexpr (why_none_together<Model>().empty())
      one.run = [asked = scale.asked](harness::measurement& given) { measure_crawl<Model>(asked, given); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
