#include "benchmarks/harness/supervision/worker_order.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

// One JSON argument: a private format between two ends of one binary needs no option parser.
std::vector<std::string> arguments_of(worker_order const& order) {
  json const spelled{{"case", order.case_name},
                     {"profile", limits_of(order.which).name},
                     {"repetition", order.repetition},
                     {"seed", order.seed},
                     {"memory_limit_bytes", order.memory_limit_bytes},
                     {"cpus", order.cpus},
                     {"workers", order.workers},
                     {"time_limit_s", order.time_limit_s}};
  return {"/proc/self/exe", "worker", spelled.dump()};
}

worker_order parse_worker_order(std::vector<std::string> const& arguments) {
  if (arguments.size() != 1) throw std::invalid_argument("worker takes one argument, the order as JSON");
  try {
    json const spelled = json::parse(arguments.front());
    auto const which = parse_profile(spelled.at("profile").get<std::string>());
    if (!which) throw std::invalid_argument("worker: unknown profile");
    return {spelled.at("case"),
            *which,
            spelled.at("repetition"),
            spelled.at("seed"),
            spelled.at("memory_limit_bytes"),
            spelled.at("cpus"),
            spelled.at("workers"),
            spelled.at("time_limit_s")};
  } catch (nlohmann::json::exception const& error) {
    throw std::invalid_argument(std::string("worker: not an order: ") + error.what());
  }
}

}  // namespace unitcost::harness
