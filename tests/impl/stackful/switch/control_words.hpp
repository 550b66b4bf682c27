// The floating-point control words, which belong to the kernel thread and not to a context.
#pragma once

#include <cstdint>

namespace unitcost::fibers {

/// How mxcsr and x87 (x86-64), or FPCR (aarch64), round: one number of both fields, 0 when both are to nearest.
inline unsigned rounding_control_words() {
#if defined(__x86_64__)
  std::uint32_t mxcsr = 0;
  std::uint16_t x87 = 0;
  asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(x87));
  return (mxcsr >> 13 & 3u) << 2 | (x87 >> 10 & 3u);
#else
  std::uint64_t fpcr = 0;
  asm volatile("mrs %0, fpcr" : "=r"(fpcr));
  return static_cast<unsigned>(fpcr >> 22 & 3u);
#endif
}

/// Sets what rounding_control_words tells.
inline void set_rounding_control_words(unsigned words) {
#if defined(__x86_64__)
  std::uint32_t mxcsr = 0;
  std::uint16_t x87 = 0;
  asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(x87));
  mxcsr = (mxcsr & ~(3u << 13)) | (words >> 2 & 3u) << 13;
  x87 = static_cast<std::uint16_t>((x87 & ~(3u << 10)) | (words & 3u) << 10);
  asm volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr), "m"(x87));
#else
  std::uint64_t fpcr = 0;
  asm volatile("mrs %0, fpcr" : "=r"(fpcr));
  fpcr = (fpcr & ~(std::uint64_t{3} << 22)) | std::uint64_t{words & 3u} << 22;
  asm volatile("msr fpcr, %0" : : "r"(fpcr));
#endif
}

#if defined(__x86_64__)
inline constexpr unsigned rounding_toward_zero = 0b1111;
#else
inline constexpr unsigned rounding_toward_zero = 0b11;
#endif

}  // namespace unitcost::fibers
