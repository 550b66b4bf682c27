// burst, until it breaks: how many requests may come at once before one of them fails.
//
// What all requests wait for stalls for a tenth of a second, so that they pile up. Then each takes 1 ms. Bursts are
// doubled, each in front of a new server, until a request fails or a hundred thousand were answered.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/holding.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/waiting/burst.hpp"
#include "benchmarks/measures/waiting/burst_requests.hpp"
#include "benchmarks/measures/waiting/capped_server.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info pile_up_info{
    .name = "burst",
    .question = "How many requests may come at once, and wait, before one of them fails; and how does it fail?",
    .from = "the last request that was taken before it was known that one had failed",
    .to = "the first request that was taken after the last failure, and was answered (serves_again)",
    .unit = "requests, deaths, ns",
    .method =
        "open loop: bursts of 16, 32, ... 65,536 and 100,000 requests at one moment, and one every 8 ms before, beside "
        "and after them, each burst in front of a new server: a forked process within a control group of its own, with "
        "8 MiB, or with 64 processes and threads. Nobody is answered before 0.1 s after the burst; a request holds 4 "
        "KiB so long, and at least 1 ms. The first burst of which a request fails is the last, and the one that is "
        "told",
    .source = "each request's own times, CLOCK_MONOTONIC; the control group's counters of kills and refused forks",
    .file = "benchmarks/measures/waiting/pile_up.hpp"};

struct pile_up_setting {
  std::string_view label;
  server_caps caps;
  double prediction_factor;  ///< of threads: five bursts of 0.22 s until they break, or three
};
inline constexpr std::array<pile_up_setting, 2> pile_up_settings{{
    {"limit:memory", {.memory_bytes = std::size_t{8} << 20}, 3.8},
    {"limit:tasks", {.tasks = 64}, 2.2},
}};

/// Bursts of `first` requests, twice as many, ... and `most`. The rest is of the plan, which `duration_ns` ends.
struct pile_up_series {
  std::size_t first = 16, most = 100'000;
  std::int64_t moment_ns = 22'500'000;  ///< between two of the others
  std::int64_t gap_ns = 8'000'000;
  std::int64_t duration_ns = 200'000'000;
  request_need need{.bytes = 4096, .wait_ns = 1'000'000, .stalled_until_ns = moment_ns + 100'000'000};

  std::size_t next(std::size_t burst) const { return std::min(2 * burst, most); }
  std::vector<std::int64_t> plan(std::size_t burst) const {
    return planned_burst({.requests = burst, .moment_ns = moment_ns, .gap_ns = gap_ns, .duration_ns = duration_ns});
  }
  /// Twice as long as the stall itself.
  std::int64_t in_time_ns() const { return 2 * (need.stalled_until_ns - moment_ns); }
};

/// So many are taken within 2 ms or so.
inline constexpr burst_manner pile_up_manner{.most_in_a_row = 64};

/// `serve` answers all requests of a burst, in a process of its own. `by_tasks` as in check_burst. Throws not_stable
/// when nobody was served after the last failure.
void measure_series(pile_up_series const& series, server_caps const& caps, bool by_tasks,
                    std::function<void(burst_requests&)> const& serve, harness::measurement& given);

template <class Model>
void measure_pile_up(pile_up_setting const& setting, harness::measurement& given) {
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  measure_series(
      {}, setting.caps, serves_by_tasks<Model>(),
      [&cpus](burst_requests& requests) { serve_burst<Model>(cpus, pile_up_manner, requests); }, given);
}

/// Standard has time for one model. It is threads, which break soon, and of which the claim speaks.
template <class Model>
constexpr harness::profile least_of_pile_up() {
  bool const is_thread = Model::abilities.preemptive && Model::abilities.shares_memory && serves_bursts<Model>();
  return is_thread ? harness::profile::standard : harness::profile::full;
}

template <class Model>
void add_pile_up_cases(harness::registry& all) {
  constexpr bool pool = requires { typename Model::verbs; };
  for (pile_up_setting const& setting : pile_up_settings) {
    auto one = case_of<Model>(pile_up_info, "pile_up", std::string(setting.label), least_of_pile_up<Model>());
    one.cpus_used = 2;
    one.prediction_factor = pool ? 8 : setting.prediction_factor;  // to the end, a worker a millisecond for each
    one.run = [](harness::measurement&) {};
    if constexpr (serves_bursts<Model>())
      one.run = [&setting](harness::measurement& given) { measure_pile_up<Model>(setting, given); };
    else
      one.skip_reason = why_no_handle<Model>();
    all.add(one);
  }
}

}  // namespace unitcost::measures
