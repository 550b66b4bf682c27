#include "benchmarks/measures/waiting/crawl_footprint.hpp"

#include <string>

#include "benchmarks/measures/waiting/crawl_floor.hpp"

namespace unitcost::measures {

using workloads::crawl;

harness::benchmark_case crawl_footprint_case_of(std::string_view model, std::string_view way,
                                                crawl::parameters const& asked) {
  auto one = case_of(model, crawl_footprint_info, crawl::name,
                     joined(way, "connections:" + std::to_string(asked.connections)), harness::profile::full);
  one.cpus_used = 2;
  // Five crawls, whose pages all come after the delay.
  one.prediction_factor = 6e-9 * static_cast<double>(asked.delay_ns) / harness::limits_of(one.least).case_s;
  return one;
}

void add_crawl_footprint_of_floor(harness::registry& all) {
  for (crawl::parameters const& asked : crawl_footprint_scales) {
    auto one = crawl_footprint_case_of("floor", {}, asked);
    one.is_reference = true;
    one.model_file = "benchmarks/measures/waiting/crawl_floor.cpp";
    one.skip_reason = why_no_conversation("floor", asked.connections, asked.connections, 1);
    one.run = [asked](harness::measurement& given) {
      measure_crawl_footprint_of<workloads::no_lock>(
          asked, true, given, [](crawl_run<workloads::no_lock>& run, placement const&) { crawl_by_hand(run); });
    };
    all.add(one);
  }
}

}  // namespace unitcost::measures
