// How much of everything a run measures.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace unitcost::harness {

/// Ordered: a case that belongs to one profile belongs to every later one.
enum class profile : std::uint8_t { quick, standard, full };

struct profile_limits {
  std::string_view name;
  unsigned repetitions;           ///< of each case, at least
  double measuring_s;             ///< what a case may spend on measuring in one repetition
  double case_s;                  ///< predicted for one repetition, process start and clean-up included
  std::optional<double> total_s;  ///< the whole run's measuring time; none: unbounded
  double time_limit_s;            ///< after which a repetition is ended as timed_out
};

/// The profile table. Six repetitions are the fewest with a 95 % order-statistic interval of the median (96.9 %).
constexpr profile_limits limits_of(profile which) {
  switch (which) {
    case profile::quick:
      return {"quick", 6, 0.10, 0.17, 120.0, 10.0};
    case profile::standard:
      return {"standard", 10, 0.15, 0.30, 45 * 60.0, 60.0};
    case profile::full:
      break;
  }
  return {"full", 30, 1.00, 1.50, std::nullopt, 600.0};
}

std::optional<profile> parse_profile(std::string_view name);

}  // namespace unitcost::harness
