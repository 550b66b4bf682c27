// Requests of a burst whose fates are played, at moments of the test's own.
#pragma once

#include <cstdint>

#include "benchmarks/measures/waiting/burst_requests.hpp"

namespace unitcost::test {

inline constexpr measures::request_need small_need{.bytes = 64, .wait_ns = 0};

/// Takes the next one, whose unit holds its memory and answers at these moments.
inline void answer_at(measures::burst_requests& requests, std::int64_t held_ns, std::int64_t answered_ns) {
  measures::burst_request const one = requests.take();
  one.answer(one.begin());
  one.fate->held_ns = held_ns;
  one.fate->answered_ns = answered_ns;
}

}  // namespace unitcost::test
