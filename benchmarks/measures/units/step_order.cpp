#include "benchmarks/measures/units/step_order.hpp"

#include <algorithm>
#include <vector>

namespace unitcost::measures {
namespace {

/// Each unit's place in round robin.
std::vector<unsigned> places_by_first_step(std::span<std::uint32_t const> order, unsigned units) {
  std::vector<unsigned> places(units, units);
  unsigned next = 0;
  for (std::uint32_t unit : order)
    if (places[unit] == units) places[unit] = next++;
  return places;
}

}  // namespace

double out_of_turn_share(std::span<std::uint32_t const> order, unsigned units) {
  if (order.size() < 2) return 0;
  auto const places = places_by_first_step(order, units);
  std::uint64_t out_of_turn = 0;
  for (std::size_t step = 1; step < order.size(); ++step)
    out_of_turn += places[order[step]] != (places[order[step - 1]] + 1) % units;
  return static_cast<double>(out_of_turn) / static_cast<double>(order.size() - 1);
}

double order_inversions(std::span<std::uint32_t const> order, unsigned units) {
  std::uint64_t const steps = order.size() / units;
  // Of two units: step s of one and step t of the other can only be inverted for one of the two assignments of s != t,
  // and for s == t only in exchange for one of those, since the first steps are in order.
  std::uint64_t const most = std::uint64_t{units} * (units - 1) / 2 * (steps * (steps - 1) / 2);
  if (most == 0) return 0;
  auto const places = places_by_first_step(order, units);
  std::vector<std::uint64_t> made(units);  // steps so far, by place
  std::uint64_t inversions = 0;
  for (std::uint32_t unit : order) {
    unsigned const place = places[unit];
    std::uint64_t const own = made[place];
    // The steps that came before this one and in round robin come after it.
    for (unsigned other = 0; other < units; ++other) {
      std::uint64_t const due = other < place ? own + 1 : own;
      if (other != place) inversions += made[other] - std::min(made[other], due);
    }
    ++made[place];
  }
  return static_cast<double>(inversions) / static_cast<double>(most);
}

}  // namespace unitcost::measures
