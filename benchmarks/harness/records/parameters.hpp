// The parameters of a case, by name: what its label spells.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unitcost::harness {

/// (name, value) in the order of the label; values are as they are spelled there.
using parameter_list = std::vector<std::pair<std::string, std::string>>;

/// Of "k:v/k:v".
parameter_list parameters_of(std::string_view label);

/// An object, in which whole numbers are numbers.
nlohmann::ordered_json to_json(parameter_list const& parameters);
/// Throws nlohmann::json::exception where a value is neither text nor a whole number.
parameter_list parameters_from_json(nlohmann::ordered_json const& object);

}  // namespace unitcost::harness
