#include "benchmarks/harness/supervision/worker_order.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {
namespace {

json contenders_to_json(std::vector<contender> const& contenders) {
  json out = json::array();
  for (contender const& each : contenders)
    out.push_back({{"name", each.name}, {"command", each.command}, {"about", each.about}, {"measures", each.measures}});
  return out;
}

std::vector<contender> contenders_from_json(json const& spelled) {
  std::vector<contender> out;
  for (json const& each : spelled)
    out.push_back(contender{each.at("name"), each.at("command"), each.at("about"),
                            each.at("measures").get<decltype(contender::measures)>()});
  return out;
}

}  // namespace

// One JSON argument: a private format between two ends of one binary needs no option parser.
std::vector<std::string> arguments_of(worker_order const& order) {
  json const spelled{{"case", order.case_name},
                     {"profile", limits_of(order.which).name},
                     {"repetition", order.repetition},
                     {"seed", order.seed},
                     {"memory_limit_bytes", order.memory_limit_bytes},
                     {"cpus", order.cpus},
                     {"workers", order.workers},
                     {"time_limit_s", order.time_limit_s},
                     {"contenders", contenders_to_json(order.contenders)}};
  return {"/proc/self/exe", "worker", spelled.dump()};
}

worker_order parse_worker_order(std::vector<std::string> const& arguments) {
  if (arguments.size() != 1) throw std::invalid_argument("worker takes one argument, the order as JSON");
  try {
    json const spelled = json::parse(arguments.front());
    auto const which = parse_profile(spelled.at("profile").get<std::string>());
    if (!which) throw std::invalid_argument("worker: unknown profile");
    return {.case_name = spelled.at("case"),
            .which = *which,
            .repetition = spelled.at("repetition"),
            .seed = spelled.at("seed"),
            .memory_limit_bytes = spelled.at("memory_limit_bytes"),
            .cpus = spelled.at("cpus"),
            .workers = spelled.at("workers"),
            .time_limit_s = spelled.at("time_limit_s"),
            .contenders = contenders_from_json(spelled.at("contenders"))};
  } catch (nlohmann::json::exception const& error) {
    throw std::invalid_argument(std::string("worker: not an order: ") + error.what());
  }
}

}  // namespace unitcost::harness
