// futex_wait with a time limit, for waiters that have to look after something else now and then.
#pragma once

#include <time.h>

#include <cerrno>
#include <cstdint>

#include "impl/runtime/futex.hpp"

namespace unitcost::runtime {

/// As futex_wait, but for at most `limit_ns`; false when that time passed without a wake-up.
inline bool futex_wait_for(futex_word& word, std::uint32_t expected, std::int64_t limit_ns,
                           sharing between = sharing::processes) {
  // FUTEX_WAIT's timeout is relative, on CLOCK_MONOTONIC (futex(2)).
  timespec const limit{limit_ns / 1'000'000'000, limit_ns % 1'000'000'000};
  return ::syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), FUTEX_WAIT | static_cast<int>(between), expected,
                   &limit, nullptr, 0) == 0 ||
         errno != ETIMEDOUT;
}

}  // namespace unitcost::runtime
