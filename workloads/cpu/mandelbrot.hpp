// mandelbrot: how long each point of the plane takes to escape. It measures how a model balances rows whose cost
// differs by two orders of magnitude and is not known before.
//
// The rows are split in halves down to the spawn depth; `spawn_depth:all` goes down to one row a unit.
//
// The plane is in fixed point (28 fractional bits in 64), not in double: whether a compiler fuses a multiplication
// and an addition changes the counts of points near the border, and the checksum shall be the same everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "workloads/parameter_range.hpp"
#include "workloads/range_split.hpp"
#include "workloads/spawn_depth.hpp"
#include "workloads/splitmix64.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct mandelbrot {
  static constexpr std::string_view name = "mandelbrot";

  struct parameters {
    unsigned width = 128;
    unsigned height = 128;
    unsigned iterations = 256;  ///< a point that has not escaped by then counts as inside
    unsigned spawn_depth = every_call;
  };
  using input = parameters;

  static std::string label(parameters const& p) {
    return "width:" + std::to_string(p.width) + "/height:" + std::to_string(p.height) +
           "/iterations:" + std::to_string(p.iterations) + "/" + spawn_depth_label(p.spawn_depth);
  }
  static std::size_t memory_bytes(parameters const&) { return 0; }
  static input prepare(parameters const& p, std::span<std::byte>) {
    require_within(name, "width", p.width, 1, most_pixels_a_side);
    require_within(name, "height", p.height, 1, most_pixels_a_side);
    return p;
  }

  static constexpr int fraction_bits = 28;
  static constexpr std::int64_t one = std::int64_t{1} << fraction_bits;

  /// The leaf kernel: iterates z = z² + c from 0 until |z| > 2; how many times, at most `most`.
  static unsigned iterations_to_escape(std::int64_t real, std::int64_t imaginary, unsigned most) {
    std::int64_t x = 0, y = 0;
    for (unsigned count = 0; count < most; ++count) {
      // A step from |z| <= 2 ends at |x| <= 6, |y| <= 5.25: squares stay below 36 * 2^56 < 2^62.
      std::int64_t const x_squared = (x * x) >> fraction_bits;
      std::int64_t const y_squared = (y * y) >> fraction_bits;
      if (x_squared + y_squared > 4 * one) return count;
      y = ((x * y) >> (fraction_bits - 1)) + imaginary;
      x = x_squared - y_squared + real;
    }
    return most;
  }

  static std::uint64_t serial(input const& in) { return rows_kernel{in}(all_rows(in)); }
  static outcome oracle(parameters const& p) {
    return {units_of_halves(all_rows(p), p.spawn_depth), serial(prepare(p, {}))};
  }

  template <class Context>
  static outcome direct(Context& context, input const& in) {
    return direct_halves(context, rows_kernel{in}, all_rows(in), in.spawn_depth);
  }

  template <class Model>
  static typename Model::template task<outcome> awaited(input in) {
    return awaited_halves<Model>(rows_kernel{in}, all_rows(in), in.spawn_depth);
  }

 private:
  static constexpr unsigned most_pixels_a_side = 1u << 16;

  /// Real part from -2 to 0.5, imaginary part from -1.25 to 1.25.
  struct rows_kernel {
    input in;

    std::uint64_t operator()(item_range rows) const {
      std::uint64_t total = 0;
      for (std::uint32_t row = rows.first; row != rows.first + rows.count; ++row) total += row_checksum(row);
      return total;
    }

   private:
    /// The counts of a row in order, FNV-1a fashion, tied to the row's number; rows add up in any order.
    std::uint64_t row_checksum(std::uint32_t row) const {
      constexpr std::uint64_t fnv_prime = 0x100000001b3u;
      std::int64_t const imaginary = side * row / in.height - side / 2;
      std::uint64_t counts = row;
      for (std::uint32_t column = 0; column < in.width; ++column) {
        std::int64_t const real = side * column / in.width - 2 * one;
        counts = (counts ^ iterations_to_escape(real, imaginary, in.iterations)) * fnv_prime;
      }
      return mix(counts);
    }
    static constexpr std::int64_t side = 5 * one / 2;
  };

  static item_range all_rows(input const& in) { return {0, in.height}; }
};

static_assert(cpu_workload<mandelbrot>);

}  // namespace unitcost::workloads
