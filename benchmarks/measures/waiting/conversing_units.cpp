#include "benchmarks/measures/waiting/conversing_units.hpp"

#include "impl/runtime/kernel_limits.hpp"

namespace unitcost::measures {

std::string why_no_conversation(std::string_view model, std::uint64_t unit_limit, std::uint32_t units,
                                unsigned descriptors_each) {
  constexpr std::uint64_t open_besides = 64;
  std::string const name(model);
  std::uint64_t const needed = std::uint64_t{descriptors_each} * units + open_besides;
  if (unit_limit < units) return name + " can have " + std::to_string(unit_limit) + " units here";
  if (runtime::descriptor_limit() < needed)
    return "needs " + std::to_string(needed) + " descriptors, and a process may have " +
           std::to_string(runtime::descriptor_limit()) + " here; raise it (ulimit -Hn)";
  return {};
}

}  // namespace unitcost::measures
