// What a unit holds while others run: values in registers, and an array and a walk in its own stack or frame.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "workloads/splitmix64.hpp"

namespace unitcost::measures {

/// Eight integers and eight doubles, each a variable by itself: more than there are registers that a called function
/// has to keep (six and none on x86-64, ten and eight on aarch64), so that those are in use. Inlined, so that they need
/// no address; a unit keeps them as a local variable.
struct register_values {
  std::uint64_t a, b, c, d, e, f, g, h;
  double i, j, k, l, m, n, o, p;

  [[gnu::always_inline]] static register_values of(std::uint64_t seed) {
    auto const integer = [seed](std::uint64_t place) { return workloads::mix(seed * 16 + place); };
    // 53 bits: each is a double.
    auto const real = [seed](std::uint64_t place) {
      return static_cast<double>(workloads::mix(seed * 16 + place) >> 11);
    };
    return {integer(0), integer(1), integer(2), integer(3), integer(4), integer(5), integer(6), integer(7),
            real(8),    real(9),    real(10),   real(11),   real(12),   real(13),   real(14),   real(15)};
  }

  /// For all the compiler knows all have other values afterwards: it has to keep what it has, in registers of the kind
  /// or in the stack, and cannot compute any of it again.
  [[gnu::always_inline]] void make_unknown() {
    asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g), "+r"(h));
#if defined(__x86_64__)
    asm volatile("" : "+x"(i), "+x"(j), "+x"(k), "+x"(l), "+x"(m), "+x"(n), "+x"(o), "+x"(p));
#elif defined(__aarch64__)
    asm volatile("" : "+w"(i), "+w"(j), "+w"(k), "+w"(l), "+w"(m), "+w"(n), "+w"(o), "+w"(p));
#else
    asm volatile("" : "+m"(i), "+m"(j), "+m"(k), "+m"(l), "+m"(m), "+m"(n), "+m"(o), "+m"(p));
#endif
  }

  [[gnu::always_inline]] std::uint64_t checksum() const {
    std::uint64_t sum = 0;
    for (std::uint64_t value : {a, b, c, d, e, f, g, h}) sum = workloads::mix(sum ^ value);
    for (double value : {i, j, k, l, m, n, o, p}) sum = workloads::mix(sum ^ std::bit_cast<std::uint64_t>(value));
    return sum;
  }
};

/// Lies in memory as long as the unit lives, and changes with every step of its walk.
class memory_values {
 public:
  explicit memory_values(std::uint64_t seed) {
    workloads::splitmix64 random(seed);
    for (std::uint8_t place = 0; place < size; ++place) next_[place] = place;
    // Sattolo's shuffle: one cycle, so that the walk comes to every place.
    for (unsigned place = size - 1; place > 0; --place) std::swap(next_[place], next_[random.below(place)]);
    for (std::uint64_t& number : numbers_) number = random.next();
  }
  void advance() {
    place_ = next_[place_];
    numbers_[place_] = workloads::mix(numbers_[place_]);
  }
  /// For all the compiler knows somebody has its address and writes to it: it is read from memory again.
  void make_unknown() { asm volatile("" : : "r"(this) : "memory"); }
  std::uint64_t checksum() const {
    std::uint64_t sum = place_;
    for (unsigned place = 0; place < size; ++place) sum = workloads::mix(sum ^ numbers_[place] ^ next_[place]);
    return sum;
  }

 private:
  static constexpr unsigned size = 16;
  std::array<std::uint64_t, size> numbers_;
  std::array<std::uint8_t, size> next_;  ///< a permutation
  unsigned place_ = 0;
};

}  // namespace unitcost::measures
