#include "benchmarks/harness/records/parameters.hpp"

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace unitcost::harness {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

}  // namespace

parameter_list parameters_of(std::string_view label) {
  parameter_list out;
  while (!label.empty()) {
    std::string_view const part = label.substr(0, label.find('/'));
    label.remove_prefix(part.size() == label.size() ? part.size() : part.size() + 1);
    auto const colon = part.find(':');
    if (colon != std::string_view::npos) out.emplace_back(part.substr(0, colon), part.substr(colon + 1));
  }
  return out;
}

nlohmann::ordered_json to_json(parameter_list const& parameters) {
  auto out = nlohmann::ordered_json::object();
  for (auto const& [name, value] : parameters) {
    if (auto const number = whole_number(value))
      out[name] = *number;
    else
      out[name] = value;
  }
  return out;
}

parameter_list parameters_from_json(nlohmann::ordered_json const& object) {
  parameter_list out;
  for (auto const& [name, value] : object.items())
    out.emplace_back(name, value.is_number_integer() ? value.dump() : value.get<std::string>());
  return out;
}

}  // namespace unitcost::harness
