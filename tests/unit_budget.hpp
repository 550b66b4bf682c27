// How many units a test makes: fewer under sanitizers, whose shadow state makes each unit dear.
#pragma once

#include <algorithm>
#include <cstdint>

namespace unitcost {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr std::uint64_t sanitizer_divisor = 16;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
inline constexpr std::uint64_t sanitizer_divisor = 16;
#else
inline constexpr std::uint64_t sanitizer_divisor = 1;
#endif
#else
inline constexpr std::uint64_t sanitizer_divisor = 1;
#endif

/// `units` without sanitizers, a sixteenth of it (at least 2) with them.
constexpr std::uint64_t test_units(std::uint64_t units) {
  return std::max<std::uint64_t>(units / sanitizer_divisor, std::min<std::uint64_t>(units, 2));
}

}  // namespace unitcost
