// matmul: C = A·B, divide and conquer. It measures units that stream through memory and two joins a unit: the second
// half of the products adds to what the first half wrote.
//
// The matrices are stored quadrant by quadrant down to blocks of 32 × 32 (Chatterjee et al., "Recursive array layouts
// and fast parallel matrix multiplication", SPAA 1999): a quadrant is a contiguous quarter, so units share no
// cache line and a block's rows do not collide in the cache as rows a power of two apart do.
//
// `spawn_depth:d` makes the eight products of each of d levels units; `all` goes down to one block a unit. Units write
// C in place and return how many they are; the root reads C after the last join.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "workloads/parameter_range.hpp"
#include "workloads/spawn_depth.hpp"
#include "workloads/splitmix64.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct matmul {
  static constexpr std::string_view name = "matmul";
  static constexpr unsigned block = 32;  // three blocks of doubles, 24 KiB, fit a first-level cache of 32 KiB
  static constexpr unsigned most_rows = 1u << 14;

  struct parameters {
    unsigned n = 256;  ///< rows and columns: 32 times a power of two
    unsigned spawn_depth = every_call;
  };

  /// c = a·b, or c += a·b, of quadrants (or whole matrices) with `size` rows.
  struct product {
    double const* a;
    double const* b;
    double* c;
    unsigned size;
    unsigned spawn_depth;
    bool accumulate;

    bool is_leaf() const { return size == block || spawn_depth == 0; }
    /// The product of a's quadrant (row, inner) and b's (inner, column), a part of c's (row, column).
    product part(unsigned row, unsigned column, unsigned inner) const {
      std::size_t const quarter = std::size_t{size} * size / 4;
      return {a + (2 * row + inner) * quarter,  b + (2 * inner + column) * quarter,
              c + (2 * row + column) * quarter, size / 2,
              one_level_down(spawn_depth),      accumulate || inner == 1};
    }
  };
  using input = product;

  static std::string label(parameters const& p) {
    return "n:" + std::to_string(p.n) + "/" + spawn_depth_label(p.spawn_depth);
  }
  static std::size_t memory_bytes(parameters const& p) { return 3 * entries(p) * sizeof(double); }

  static input prepare(parameters const& p, std::span<std::byte> memory) {
    require_valid(p);
    auto* const a = reinterpret_cast<double*>(memory.data());
    double* const b = a + entries(p);
    double* const c = b + entries(p);
    fill(a, p.n, a_entry);
    fill(b, p.n, b_entry);
    for (std::size_t i = 0; i < entries(p); ++i) c[i] = 0;
    return {a, b, c, p.n, p.spawn_depth, false};
  }

  /// The leaf kernel. Every entry and sum is an integer below 2^53, so neither order nor fused operations matter.
  static void multiply(product const& p) {
    if (p.size == block) return multiply_block(p);
    for (unsigned inner = 0; inner < 2; ++inner)
      for (unsigned quadrant = 0; quadrant < 4; ++quadrant) multiply(p.part(quadrant / 2, quadrant % 2, inner));
  }

  static std::uint64_t serial(input const& in) {
    multiply(in);
    return checksum(in);
  }

  /// Without multiplying matrices: sum over i, j of u_i·C_ij·v_j = sum over k of (u·A)_k·(B·v)_k, modulo 2^64
  /// (Freivalds' check, 1977).
  static outcome oracle(parameters const& p) {
    require_valid(p);
    std::uint64_t total = 0;
    for (unsigned k = 0; k < p.n; ++k) {
      std::uint64_t weighted_column = 0, weighted_row = 0;
      for (unsigned i = 0; i < p.n; ++i) {
        weighted_column += row_weight(i) * static_cast<std::uint64_t>(a_entry(i, k));
        weighted_row += column_weight(i) * static_cast<std::uint64_t>(b_entry(k, i));
      }
      total += weighted_column * weighted_row;
    }
    return {units(p.n, p.spawn_depth), total};
  }

  template <class Context>
  static outcome direct(Context& context, input const& in) {
    std::uint64_t const units = direct_product(context, in);
    return {units, checksum(in)};
  }

  template <class Model>
  static typename Model::template task<outcome> awaited(input in) {
    std::uint64_t units = 0;
    co_await Model::call(units, awaited_product<Model>(in));
    co_return outcome{units, checksum(in)};
  }

 private:
  using unit_counts = std::array<std::uint64_t, 4>;  // one a quadrant of c

  template <class Context>
  static std::uint64_t direct_product(Context& context, product const& p) {
    if (p.is_leaf()) return multiply_as_unit(p);
    std::uint64_t units = 1;
    for (unsigned inner = 0; inner < 2; ++inner) {
      unit_counts counts{};
      typename Context::scope phase(context);
      for (unsigned quadrant = 0; quadrant < 3; ++quadrant)
        phase.spawn(counts[quadrant], [part = p.part(quadrant / 2, quadrant % 2, inner)](Context& child) {
          return direct_product(child, part);
        });
      phase.call(counts[3], [part = p.part(1, 1, inner)](Context& child) { return direct_product(child, part); });
      phase.join();
      units += sum(counts);
    }
    return units;
  }

  template <class Model>
  static typename Model::template task<std::uint64_t> awaited_product(product p) {
    if (p.is_leaf()) co_return multiply_as_unit(p);
    std::uint64_t units = 1;
    for (unsigned inner = 0; inner < 2; ++inner) {
      unit_counts counts{};
      for (unsigned quadrant = 0; quadrant < 3; ++quadrant)
        co_await Model::spawn(counts[quadrant], awaited_product<Model>(p.part(quadrant / 2, quadrant % 2, inner)));
      co_await Model::call(counts[3], awaited_product<Model>(p.part(1, 1, inner)));
      co_await Model::join();
      units += sum(counts);
    }
    co_return units;
  }

  static std::uint64_t multiply_as_unit(product const& p) {
    multiply(p);
    return 1;
  }

  static void multiply_block(product const& p) {
    for (unsigned i = 0; i < block; ++i) {
      std::array<double, block> row{};
      for (unsigned k = 0; k < block; ++k)
        for (unsigned j = 0; j < block; ++j) row[j] += p.a[i * block + k] * p.b[k * block + j];
      for (unsigned j = 0; j < block; ++j) p.c[i * block + j] = p.accumulate ? p.c[i * block + j] + row[j] : row[j];
    }
  }

  struct position {
    unsigned row;
    unsigned column;
  };
  /// Calls visit(entries, position of the first) for each block, in the order of storage.
  template <class Entry, class Visitor>
  static void for_each_block(Entry* matrix, unsigned size, position at, Visitor visit) {
    if (size == block) return visit(matrix, at);
    unsigned const half = size / 2;
    for (unsigned quadrant = 0; quadrant < 4; ++quadrant)
      for_each_block(matrix + quadrant * std::size_t{half} * half, half,
                     {at.row + quadrant / 2 * half, at.column + quadrant % 2 * half}, visit);
  }

  static void fill(double* matrix, unsigned n, unsigned (*entry_at)(unsigned row, unsigned column)) {
    for_each_block(matrix, n, {0, 0}, [entry_at](double* entries_of_block, position at) {
      for (unsigned i = 0; i < block; ++i)
        for (unsigned j = 0; j < block; ++j) entries_of_block[i * block + j] = entry_at(at.row + i, at.column + j);
    });
  }

  /// Some 1 % of the time at n:256, and serial: it bounds the speed-up of many workers (Amdahl).
  static std::uint64_t checksum(input const& in) {
    std::uint64_t total = 0;
    for_each_block<double const>(in.c, in.size, {0, 0}, [&total](double const* entries_of_c, position at) {
      std::array<std::uint64_t, block> column_weights;
      for (unsigned j = 0; j < block; ++j) column_weights[j] = column_weight(at.column + j);
      for (unsigned i = 0; i < block; ++i) {
        std::uint64_t weighted = 0;
        for (unsigned j = 0; j < block; ++j)
          weighted +=
              column_weights[j] * static_cast<std::uint64_t>(static_cast<std::int64_t>(entries_of_c[i * block + j]));
        total += row_weight(at.row + i) * weighted;
      }
    });
    return total;
  }
  static constexpr std::uint64_t row_weight(unsigned row) { return mix(row); }
  static constexpr std::uint64_t column_weight(unsigned column) { return mix(~std::uint64_t{column}); }

  // Entries 0 … 15: sums stay below 225 * most_rows, exact in a double.
  static unsigned a_entry(unsigned row, unsigned column) { return entry(0, row, column); }
  static unsigned b_entry(unsigned row, unsigned column) { return entry(1, row, column); }
  static unsigned entry(std::uint64_t matrix, unsigned row, unsigned column) {
    return static_cast<unsigned>(mix(matrix << 32 | std::uint64_t{row} << 16 | column) & 15);
  }

  static std::uint64_t sum(unit_counts const& counts) { return counts[0] + counts[1] + counts[2] + counts[3]; }
  static std::uint64_t units(unsigned size, unsigned spawn_depth) {
    if (size == block || spawn_depth == 0) return 1;
    return 1 + 8 * units(size / 2, one_level_down(spawn_depth));
  }

  static std::size_t entries(parameters const& p) { return std::size_t{p.n} * p.n; }
  static void require_valid(parameters const& p) {
    require_within(name, "n", p.n, block, most_rows);
    if (!std::has_single_bit(p.n))
      throw std::invalid_argument("matmul: n:" + std::to_string(p.n) +
                                  " is no power of two; choose one from 32 to 16384");
  }
};

static_assert(cpu_workload<matmul>);

}  // namespace unitcost::workloads
