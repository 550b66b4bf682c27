// mixed: echo whose units compute before they answer. From waiting to computing by one parameter.
#pragma once

#include <string>
#include <string_view>

#include "workloads/io/echo.hpp"

namespace unitcost::workloads {

struct mixed {
  static constexpr std::string_view name = "mixed";

  using parameters = echo::parameters;

  static std::string label(parameters const& p) {
    return echo::label(p) + "/computing:" + std::to_string(p.computing_steps);
  }
};

}  // namespace unitcost::workloads
