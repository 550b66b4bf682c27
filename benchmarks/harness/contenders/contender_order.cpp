#include "benchmarks/harness/contenders/contender_order.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/harness/contenders/contender.hpp"

namespace unitcost::harness {

using json = nlohmann::ordered_json;

std::string to_text(contender_order const& order) {
  return json{{"protocol", contender_protocol},
              {"case", order.case_name},
              {"measure", order.measure},
              {"workload", order.workload},
              {"parameters", to_json(order.parameters)},
              {"cpus", order.cpus},
              {"measuring_s", order.measuring_s},
              {"repetition", order.repetition},
              {"seed", order.seed},
              {"memory_limit_bytes", order.memory_limit_bytes}}
      .dump();
}

contender_order parse_contender_order(std::string_view text) {
  try {
    json const spelled = json::parse(text);
    if (spelled.at("protocol") != contender_protocol)
      throw std::invalid_argument(fmt::format("measure: the case is of protocol {}, this program speaks protocol {}",
                                              spelled.at("protocol").dump(), contender_protocol));
    contender_order out;
    out.case_name = spelled.at("case");
    out.measure = spelled.at("measure");
    out.workload = spelled.at("workload");
    out.parameters = parameters_from_json(spelled.at("parameters"));
    out.cpus = spelled.at("cpus").get<std::vector<int>>();
    out.measuring_s = spelled.at("measuring_s");
    out.repetition = spelled.at("repetition");
    out.seed = spelled.at("seed");
    out.memory_limit_bytes = spelled.at("memory_limit_bytes");
    return out;
  } catch (nlohmann::json::exception const& error) {
    throw std::invalid_argument(fmt::format("measure: not a case: {}", error.what()));
  }
}

}  // namespace unitcost::harness
