// skynet: a tree of ten children a node, whose leaves return their number. It measures a wide fork, where fib's is
// two. The graph is that of Alexander Temerev's "Skynet 1M concurrency microbenchmark" (10^6 leaves), but that leaves
// are numbered from 1, so that none can be missing from the sum unnoticed.
//
// `spawn_depth:all` makes each node a unit, leaves included. The sum then tells of how many leaves it is, and with them
// of how many units; so they return nothing but their value, as fib's do and as the runtimes' own benchmarks. Below a
// bounded depth a unit stands for many nodes, and returns its count beside its value.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "workloads/outcome_sum.hpp"
#include "workloads/parameter_range.hpp"
#include "workloads/spawn_depth.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct skynet {
  static constexpr std::string_view name = "skynet";
  static constexpr unsigned fan_out = 10;
  static constexpr unsigned most_levels = 9;  // the sum of 10^9 numbers fits into 64 bits, that of 10^10 does not

  struct parameters {
    unsigned levels = 6;  ///< 10^levels leaves
    unsigned spawn_depth = every_call;
  };
  using input = parameters;

  static std::string label(parameters const& p) {
    return "levels:" + std::to_string(p.levels) + "/" + spawn_depth_label(p.spawn_depth);
  }
  static std::size_t memory_bytes(parameters const&) { return 0; }
  static input prepare(parameters const& p, std::span<std::byte>) {
    require_within(name, "levels", p.levels, 0, most_levels);
    return p;
  }

  /// The leaf kernel: plain recursion over the subtree whose leaves are numbered from `first`.
  static std::uint64_t sum(std::uint64_t first, std::uint64_t leaves) {
    if (leaves == 1) return first;
    std::uint64_t total = 0;
    for (unsigned child = 0; child < fan_out; ++child)
      total += sum(first + child * (leaves / fan_out), leaves / fan_out);
    return total;
  }

  static std::uint64_t serial(input const& in) { return sum(1, power_of_ten(in.levels)); }

  /// In closed form: 1 + 2 + … + leaves, and one unit for each node down to the spawn depth.
  static outcome oracle(parameters const& p) {
    require_within(name, "levels", p.levels, 0, most_levels);
    std::uint64_t const leaves = power_of_ten(p.levels);
    std::uint64_t units = 0;
    for (unsigned level = 0; level <= p.levels && level <= p.spawn_depth; ++level) units += power_of_ten(level);
    return {units, sum_up_to(leaves)};
  }

  template <class Context>
  static outcome direct(Context& context, input const& in) {
    std::uint64_t const leaves = power_of_ten(in.levels);
    if (in.spawn_depth == every_call) return from_sum(direct_branch<std::uint64_t>(context, 1, leaves, every_call));
    return direct_branch<outcome>(context, 1, leaves, in.spawn_depth);
  }

  template <class Model>
  static typename Model::template task<outcome> awaited(input in) {
    std::uint64_t const leaves = power_of_ten(in.levels);
    if (in.spawn_depth == every_call) {
      std::uint64_t result = 0;
      co_await Model::call(result, awaited_branch<Model, std::uint64_t>(1, leaves, every_call));
      co_return from_sum(result);
    }
    outcome result;
    co_await Model::call(result, awaited_branch<Model, outcome>(1, leaves, in.spawn_depth));
    co_return result;
  }

 private:
  static bool is_leaf(std::uint64_t leaves, unsigned spawn_depth) { return leaves == 1 || spawn_depth == 0; }

  template <class Result, class Context>
  static Result direct_branch(Context& context, std::uint64_t first, std::uint64_t leaves, unsigned spawn_depth) {
    if (is_leaf(leaves, spawn_depth)) return leaf<Result>(first, leaves);
    std::uint64_t const share = leaves / fan_out;
    unsigned const below = one_level_down(spawn_depth);
    std::array<Result, fan_out> results{};
    typename Context::scope children(context);
    for (unsigned index = 0; index + 1 < fan_out; ++index)
      children.spawn(results[index], [own_first = first + index * share, share, below](Context& child) {
        return direct_branch<Result>(child, own_first, share, below);
      });
    children.call(results.back(), [own_first = first + (fan_out - 1) * share, share, below](Context& child) {
      return direct_branch<Result>(child, own_first, share, below);
    });
    children.join();
    return combine(results);
  }

  template <class Model, class Result>
  static typename Model::template task<Result> awaited_branch(std::uint64_t first, std::uint64_t leaves,
                                                              unsigned spawn_depth) {
    if (is_leaf(leaves, spawn_depth)) co_return leaf<Result>(first, leaves);
    std::uint64_t const share = leaves / fan_out;
    unsigned const below = one_level_down(spawn_depth);
    std::array<Result, fan_out> results{};
    for (unsigned index = 0; index + 1 < fan_out; ++index)
      co_await Model::spawn(results[index], awaited_branch<Model, Result>(first + index * share, share, below));
    co_await Model::call(results.back(), awaited_branch<Model, Result>(first + (fan_out - 1) * share, share, below));
    co_await Model::join();
    co_return combine(results);
  }

  template <class Result>
  static Result leaf(std::uint64_t first, std::uint64_t leaves) {
    if constexpr (std::is_same_v<Result, outcome>)
      return {1, sum(first, leaves)};
    else
      return sum(first, leaves);
  }
  static std::uint64_t combine(std::array<std::uint64_t, fan_out> const& sums) {
    std::uint64_t total = 0;
    for (std::uint64_t each : sums) total += each;
    return total;
  }
  static outcome combine(std::array<outcome, fan_out> const& parts) { return with_parent(parts); }

  static constexpr std::uint64_t sum_up_to(std::uint64_t leaves) { return leaves * (leaves + 1) / 2; }
  /// Every node a unit. No units when it is the sum of no tree.
  static outcome from_sum(std::uint64_t sum) {
    auto const leaves = static_cast<std::uint64_t>(std::sqrt(2.0L * static_cast<long double>(sum)));
    return {sum_up_to(leaves) == sum ? leaves + (leaves - 1) / (fan_out - 1) : 0, sum};
  }
  static constexpr std::uint64_t power_of_ten(unsigned exponent) {
    std::uint64_t power = 1;
    for (unsigned i = 0; i < exponent; ++i) power *= fan_out;
    return power;
  }
};

static_assert(cpu_workload<skynet>);

}  // namespace unitcost::workloads
