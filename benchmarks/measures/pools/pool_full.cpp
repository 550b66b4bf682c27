#include "benchmarks/measures/pools/pool_full.hpp"

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

std::vector<std::int64_t> plan_beyond_room() {
  std::vector<std::int64_t> out(2'000);
  for (std::size_t index = 0; index < out.size(); ++index) out[index] = static_cast<std::int64_t>(index) * 20'000;
  return out;
}

void check_pool_full(planned_tasks const& tasks, unsigned workers, harness::measurement& given) {
  tasks.check(given);
  given.check(tasks.most_waiting() <= room_of_a_full_pool + workers ? 1 : 0, 1, 0, 0);
}

void report_pool_full(planned_tasks const& tasks, harness::measurement& given) {
  report_percentiles("wait", "waits for a worker, from the planned time", tasks.waits_ns(), given);
  report_percentiles("given_wait", "waits for a worker, from the giver's call", tasks.given_waits_ns(), given);
  report_percentiles("giving", "the giver's calls, which wait for room", tasks.giving_ns(), given);
}

void add_pool_full(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_pool_full_cases<Model>(all); });
}

}  // namespace unitcost::measures
