#include "benchmarks/measures/waiting/connection_footprint.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/waiting/visit_floor.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/ways.hpp"

namespace unitcost::measures {

using workloads::visit;

void come_in_steps(visit_service& service, std::int64_t patience_ns, harness::peer_group const& clients,
                   std::span<footprint_reading> readings) {
  auto const steps = footprint_steps(service.what.visits, 0);
  load::visitors visitors(service.at.front(), service.what, service.log);
  auto const account = clients.account();
  account.read();                                      // what a first reading allocates is part of none
  for (footprint_reading& each : readings) each = {};  // nor the page that they are noted on
  std::uint64_t here = 0;
  for (std::size_t step = 0; step < steps.size(); ++step) {
    clients.enter();
    visitors.come(static_cast<std::uint32_t>(steps[step] - here), patience_ns);
    here = steps[step];
    clients.leave();
    if (service.log.lost > 0) return;
    readings[step] = {.units = here, .memory = read_settled(account)};
  }
}

void report_connection_footprint(std::vector<footprint_reading> const& readings, harness::peer_group const& peers,
                                 harness::measurement& given) {
  using reading = footprint_reading;
  auto const account = peers.account();
  std::vector<footprint_column> columns{
      {"resident_bytes_per_unit", "user memory per connection", false,
       [](reading const& r) { return r.memory.user_bytes; }},
      {"kernel_bytes_per_unit", "kernel memory per connection", false,
       [](reading const& r) { return r.memory.kernel_bytes; }},
      {"total_bytes_per_unit", "memory per connection", false, [](reading const& r) { return r.memory.total_bytes; }}};
  if (account.counts_socket_buffers())
    columns.push_back({"socket_bytes_per_unit", "socket buffers per connection", false,
                       [](reading const& r) { return r.memory.socket_bytes; }});
  else
    given.note("socket buffers are not counted here");
  if (!peers.why_none().empty()) given.note("both ends of each connection are counted: " + peers.why_none());
  report_columns(columns, readings, account.source(), given);
}

harness::benchmark_case connection_footprint_case_of(std::string_view model, std::string_view way,
                                                     visit::parameters const& asked, harness::profile least) {
  auto one = case_of(model, connection_footprint_info, "connection",
                     joined(way, "connections:" + std::to_string(asked.visits)), least);
  one.cpus_used = 2;
  one.prediction_factor = 0.6;  // as many connections in each profile; on average
  return one;
}

void add_connection_footprint(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_connection_footprint_cases<Model>(all); });
  for_each_model(all_ways{}, [&]<class Model>() { add_connection_footprint_cases<Model>(all); });
  for (connection_scale const& scale : connection_scales) {
    auto floor = connection_footprint_case_of("floor", {}, scale.asked, scale.least);
    floor.is_reference = true;
    floor.model_file = "benchmarks/measures/waiting/visit_floor.cpp";
    floor.skip_reason = why_no_conversation("floor", scale.asked.visits, scale.asked.visits, 1);
    floor.run = [asked = scale.asked](harness::measurement& given) {
      measure_connection_footprint_of(asked, true, given,
                                      [](placement const&, visit_service& service) { take_up_by_hand(service); });
    };
    all.add(floor);
  }
}

}  // namespace unitcost::measures
