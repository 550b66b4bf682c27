// splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): the one source
// of generated input and of position-dependent checksums. The same numbers on every machine and compiler.
#pragma once

#include <cstdint>

namespace unitcost::workloads {

inline constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15u;  // 2^64 / golden ratio, odd; from the paper

/// A bijection on 64 bits: neighbouring positions have unrelated values.
constexpr std::uint64_t mix(std::uint64_t position) {
  std::uint64_t z = position + golden_gamma;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// A seeded stream.
class splitmix64 {
 public:
  explicit constexpr splitmix64(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    std::uint64_t const value = mix(state_);
    state_ += golden_gamma;
    return value;
  }
  /// 0 … bound - 1. The modulo's bias is below 2^-32 for the small bounds of generated input.
  constexpr unsigned below(unsigned bound) { return static_cast<unsigned>(next() % bound); }

 private:
  std::uint64_t state_;
};

}  // namespace unitcost::workloads
