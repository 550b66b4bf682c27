// Amdahl's law: how fast several are together by the share of their work that only one of them can do at a time
// (Amdahl, "Validity of the single processor approach to achieving large scale computing capabilities", AFIPS 1967).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace unitcost::measures {

/// (percent of the work under a lock, speed of all together over that of one alone).
using speed_curve = std::vector<std::pair<double, double>>;

/// 1 / (s + (1 - s) / n): the speed of `runners` over that of one, where the share `serial` is done while nobody else
/// does anything.
double speed_by_amdahl(double serial, unsigned runners);

/// The law turned round, s = (1/speed - 1/n) / (1 - 1/n): the serial share that explains a speed (Karp and Flatt,
/// "Measuring parallel processor performance", CACM 1990). `runners` > 1.
double serial_share_of(double speed, unsigned runners);

/// What of the work was serial, by a line through all shares of a curve.
struct serial_line {
  double at_none;  ///< where nothing was planted under the lock: the price of the lock, and what the CPUs share
  double at_half;  ///< where half of the work was
};

/// By least squares: which is the same for the shares and for the times, one being linear in the other. Nothing where
/// only one runs at once, which every share explains, or where the curve has fewer than two percentages.
std::optional<serial_line> fit_serial_share(speed_curve const& curve, unsigned runners);

/// Jain's index (Jain, Chiu and Hawe, DEC-TR-301, 1984): (sum of x)^2 / (n * sum of x^2). 1 where all had as much, 1/n
/// where one had everything. Of parts that are not all 0.
double jain_index(std::span<std::uint64_t const> parts);

}  // namespace unitcost::measures
