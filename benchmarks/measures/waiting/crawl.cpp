#include "benchmarks/measures/waiting/crawl.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/waiting/crawl_floor.hpp"
#include "benchmarks/measures/waiting/crawl_footprint.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/runtime/kernel_limits.hpp"
#include "impl/ways.hpp"

namespace unitcost::measures {

using workloads::crawl;

namespace {

/// From the first request to the end of the last unit that fetched something.
std::int64_t elapsed_ns(crawl_log const& log) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = 0;
  for (fetcher const& each : log.units) {
    if (each.done.rounds == 0) continue;
    first = std::min(first, each.first_request_ns);
    last = std::max(last, each.end_ns);
  }
  return last - first;
}

void report_rate(crawl_log const& log, harness::measurement& given) {
  auto const elapsed = static_cast<double>(elapsed_ns(log));
  given.report({.name = "pages_per_second",
                .label = "pages fetched",
                .value = log.what.pages / (elapsed * 1e-9),
                .unit = "1/s",
                .better = harness::direction::greater,
                .samples = log.what.pages},
               "CLOCK_MONOTONIC, read by the units");
  given.report({.name = "ideal_share",
                .label = "share of the ideal rate",
                .value = static_cast<double>(crawl::ideal_ns(log.what)) / elapsed,
                .unit = "1",
                .better = harness::direction::greater,
                .samples = log.what.pages,
                .derived_from = "pages_per_second"},
               "CLOCK_MONOTONIC, read by the units");
}

/// Throws not_stable where it was the server that the crawler waited for, and not its delay.
void report_server(crawl_log const& log, harness::measurement& given) {
  constexpr double tolerated_share = 0.1;
  double const late_ns = static_cast<double>(log.server.late_ns) / log.what.pages;
  given.report({.name = "server_late_ns",
                .label = "how late the server answered",
                .value = late_ns,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = log.what.pages},
               "CLOCK_MONOTONIC, read by the server; mean");
  if (late_ns > tolerated_share * static_cast<double>(log.what.delay_ns))
    throw harness::not_stable("the page server answered " + std::to_string(static_cast<std::int64_t>(late_ns / 1000)) +
                              " us late on average, more than a tenth of its delay");
}

}  // namespace

crawled come_of(crawl_log const& log) {
  crawled done;
  for (fetcher const& each : log.units) {
    done.all.bytes_in += each.done.bytes_in;
    done.all.bytes_out += each.done.bytes_out;
    done.all.checksum += each.done.checksum;
    if (each.done.end == workloads::conversation_end::complete) done.all.rounds += each.done.rounds;
  }
  done.pages_sent_once = static_cast<std::uint64_t>(std::ranges::count(log.answers, 1u));
  return done;
}

void check_crawl(crawl::parameters const& asked, crawled const& done, harness::measurement& given) {
  workloads::exchanged const expected = crawl::oracle(asked);
  given.check(done.all.rounds, expected.rounds, done.all.checksum, expected.checksum);
  given.check(done.pages_sent_once, asked.pages, done.all.bytes_in + done.all.bytes_out,
              expected.bytes_in + expected.bytes_out);
}

page_server_process::page_server_process(crawl_log& log, std::vector<int> const& cpus, std::int64_t patience_ns,
                                         std::function<void()> begin, std::function<void()> when_all_wait)
    : log_(log) {
  runtime::raise_descriptor_limit();
  process_.spawn([&] {
    begin();
    runtime::confine_to(cpus);
    ::prctl(PR_SET_TIMERSLACK, 1);  // by default its answers would be 50 µs late
    load::page_service const asked{crawl::site_of(log_.what), log_.what.delay_ns, log_.what.connections, patience_ns,
                                   when_all_wait};
    load::page_server(listener_, asked, log_.server).run();
  });
  listener_.close();  // so that nobody waits for a server that is gone
}

std::vector<runtime::owned_descriptor> page_server_process::connect(bool non_blocking) {
  std::vector<runtime::owned_descriptor> made;
  made.reserve(log_.what.connections);
  try {
    while (made.size() < log_.what.connections) {
      made.push_back(listener_.connect());
      if (non_blocking) load::make_non_blocking(made.back().get());
    }
  } catch (std::system_error const& error) {
    if (error.code() == std::errc::connection_refused) process_.reap_all(name);  // tells why
    throw;
  }
  process_.wait_while(log_.server.accepted, 0, processes::unexpected_end::any);
  return made;
}

void report_crawl(crawl_log const& log, harness::measurement& given) {
  check_crawl(log.what, come_of(log), given);
  serving_window threads;
  for (fetcher const& each : log.units)
    if (each.done.rounds >= 2) threads.add(each.served);
  served const sum = threads.sum();
  if (sum.rounds == 0) throw harness::not_stable("no unit fetched two pages while the others were under way");
  given.report({.name = "cpu_ns_per_page",
                .label = "the crawler's CPU time for a page",
                .value = static_cast<double>(sum.cpu_ns) / static_cast<double>(sum.rounds),
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = sum.rounds},
               "CLOCK_THREAD_CPUTIME_ID of the crawler's threads");
  report_rate(log, given);
  report_server(log, given);
}

std::string why_no_crawl_of_processes(std::string_view model, std::uint32_t connections) {
  constexpr std::uint64_t most_inherited = 10'000'000;  // some seconds of the kernel's
  if (std::uint64_t{connections} * connections <= most_inherited) return {};
  std::string const number = std::to_string(connections);
  return std::string(model) + ": each of " + number + " processes would inherit all " + number +
         " connections, and the kernel copies and closes them one by one";
}

harness::benchmark_case crawl_case_of(std::string_view model, std::string_view way, crawl_scale const& scale) {
  auto one = case_of(model, crawl_info, crawl::name, joined(way, crawl::label(scale.asked)), scale.least);
  one.cpus_used = 2;
  // Its length is the site's, in each profile; starting units, the page server and the oracle take half as long again.
  one.prediction_factor =
      1.5e-9 * static_cast<double>(crawl::ideal_ns(scale.asked)) / harness::limits_of(scale.least).case_s;
  return one;
}

void add_crawl(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_crawl_cases<Model>(all); });
  for_each_model(all_ways{}, [&]<class Model>() { add_crawl_cases<Model>(all); });
  add_crawl_floor_cases(all);
  // Here, where a crawl is compiled for each model: it is the same one.
  for_each_model(all_models{}, [&]<class Model>() { add_crawl_footprint_cases<Model>(all); });
  for_each_model(all_ways{}, [&]<class Model>() { add_crawl_footprint_cases<Model>(all); });
  add_crawl_footprint_of_floor(all);
}

}  // namespace unitcost::measures
