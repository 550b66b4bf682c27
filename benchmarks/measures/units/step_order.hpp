// How far the order of units' steps is from strict turn taking.
#pragma once

#include <cstdint>
#include <span>

namespace unitcost::measures {

/// `order` names for each step, in the order of time, the unit (below `units`) that made it; each makes equally many.
/// Round robin is what goes on as it began: the units' order is that of their first steps, wherever it starts.

/// The share of steps, the first apart, that were not made by the unit that follows in round robin on the one that made
/// the step before. 0: strict turn taking; 1 - 1/units: who is next is left to chance; units·(steps of each - 1) of all
/// steps but the first, near 1: each unit runs on as long as it can.
double out_of_turn_share(std::span<std::uint32_t const> order, unsigned units);

/// The inversions against round robin (Kendall's tau distance): the pairs of steps of different units that came in the
/// other order, over the most that there can be. 0: strict turn taking; 1: one unit after the other, each to its end.
/// Small where units that are out of turn stay abreast, as when two workers take turns of their own.
double order_inversions(std::span<std::uint32_t const> order, unsigned units);

}  // namespace unitcost::measures
