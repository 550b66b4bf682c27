#include "benchmarks/measures/waiting/pile_up.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

constexpr char const* times_of_a_pile_up = "each request's own times, CLOCK_MONOTONIC";

/// How far a series has come.
struct pile_up_reach {
  std::size_t answered = 0;  ///< the largest burst of which no request failed
  std::size_t in_time = 0;   ///< the largest up to which all others were answered in time
  bool late = false;

  void add(std::size_t burst, bool broken, bool others_in_time) {
    if (!broken) answered = burst;
    late |= broken || !others_in_time;
    if (!late) in_time = burst;
  }
};

class pile_up_report {
 public:
  pile_up_report(burst_requests const& requests, pile_up_series const& series, harness::measurement& given)
      : requests_(requests), series_(series), given_(given) {}

  void tell_reach(pile_up_reach const& reach, std::size_t last) {
    using enum harness::direction;
    tell("survived", "requests at once of which none failed, at most", reach.answered, "1", greater);
    tell("survived_in_time",
         fmt::format("requests at once beside which all others were answered within {:g} s, at most",
                     static_cast<double>(series_.in_time_ns()) * 1e-9),
         reach.in_time, "1", greater);
    if (reach.answered == last) return given_.note(fmt::format("none of {} requests at once failed", last));
    tell("broke_at", "requests at once of which some failed", last, "1", greater, "survived");
    given_.note(fmt::format("of {} requests at once some failed", last));
  }

  /// Of the last burst.
  void tell_failures() {
    using enum harness::direction;
    auto const refusals = requests_.refusals();
    auto const by = [&](int error) { return refusals.contains(error) ? refusals.at(error) : 0; };
    tell("refused_by_eagain", "requests without a unit: EAGAIN", by(EAGAIN), "1", smaller);
    tell("refused_by_enomem", "requests without a unit: ENOMEM", by(ENOMEM), "1", smaller);
    tell("taken_until_failure", "requests that had been taken when the first was known to have failed, or all",
         requests_.taken_until_failure(), "1", neither);
    tell("serves_again_ns", "from the failure to the next request that is answered", requests_.serves_again_ns(), "ns",
         smaller);
    auto const others = requests_.beside(series_.moment_ns);
    tell("others_failed", "requests beside the burst that failed", others.failed, "1", smaller);
    tell("others_longest_wait_ns", "longest wait of a request beside the burst", others.longest_wait_ns, "ns", smaller);
  }

 private:
  template <class Value>
  void tell(char const* name, std::string label, Value value, char const* unit, harness::direction better,
            std::string derived_from = {}) {
    given_.report({.name = name,
                   .label = std::move(label),
                   .value = static_cast<double>(value),
                   .unit = unit,
                   .better = better,
                   .derived_from = std::move(derived_from)},
                  times_of_a_pile_up);
  }

  burst_requests const& requests_;
  pile_up_series const& series_;
  harness::measurement& given_;
};

}  // namespace

void measure_series(pile_up_series const& series, server_caps const& caps, bool by_tasks,
                    std::function<void(burst_requests&)> const& serve, harness::measurement& given) {
  pile_up_reach reach;
  for (std::size_t burst = series.first;; burst = series.next(burst)) {
    runtime::shared_object<burst_requests> requests(series.plan(burst), series.need);
    auto const begin_and_serve = [&] {
      requests->begin_once();
      serve(*requests);
    };
    auto const history =
        keep_serving(caps, given.patience_ns(), begin_and_serve, [&] { requests->lose_what_is_under_way(); });
    check_burst(*requests, caps, by_tasks, history, given);
    bool const broken = requests->answered() < requests->size();
    auto const others = requests->beside(series.moment_ns);
    reach.add(burst, broken, others.failed == 0 && others.longest_wait_ns <= series.in_time_ns());
    if (!broken && burst < series.most) continue;
    pile_up_report report(*requests, series, given);
    report.tell_reach(reach, burst);
    report_fates(*requests, history, series.in_time_ns(), given);
    return report.tell_failures();
  }
}

}  // namespace unitcost::measures
