// skynet: a tree of ten children a node, whose leaves return their index. It measures a wide fork, where fib's is
// two. The graph is that of Alexander Temerev's "Skynet 1M concurrency microbenchmark" (10^6 leaves).
//
// `spawn_depth:all` makes each node a unit, leaves included.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "workloads/outcome_sum.hpp"
#include "workloads/parameter_range.hpp"
#include "workloads/spawn_depth.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct skynet {
  static constexpr std::string_view name = "skynet";
  static constexpr unsigned fan_out = 10;
  static constexpr unsigned most_levels = 9;  // the sum of 10^9 indices fits into 64 bits, that of 10^10 does not

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

  static std::uint64_t serial(input const& in) { return sum(0, power_of_ten(in.levels)); }

  /// In closed form: 0 + 1 + … + (leaves - 1), and one unit for each node down to the spawn depth.
  static outcome oracle(parameters const& p) {
    require_within(name, "levels", p.levels, 0, most_levels);
    std::uint64_t const leaves = power_of_ten(p.levels);
    std::uint64_t units = 0;
    for (unsigned level = 0; level <= p.levels && level <= p.spawn_depth; ++level) units += power_of_ten(level);
    return {units, leaves * (leaves - 1) / 2};
  }

  template <class Context>
  static outcome direct(Context& context, input const& in) {
    return direct_branch(context, {0, power_of_ten(in.levels), in.spawn_depth});
  }

  template <class Model>
  static typename Model::template task<outcome> awaited(input in) {
    return awaited_branch<Model>({0, power_of_ten(in.levels), in.spawn_depth});
  }

 private:
  struct branch {
    std::uint64_t first;
    std::uint64_t leaves;
    unsigned spawn_depth;

    bool is_leaf() const { return leaves == 1 || spawn_depth == 0; }
    branch child(unsigned index) const {
      return {first + index * (leaves / fan_out), leaves / fan_out, one_level_down(spawn_depth)};
    }
  };
  using branch_outcomes = std::array<outcome, fan_out>;

  template <class Context>
  static outcome direct_branch(Context& context, branch const& node) {
    if (node.is_leaf()) return {1, sum(node.first, node.leaves)};
    branch_outcomes results;
    typename Context::scope children(context);
    for (unsigned index = 0; index + 1 < fan_out; ++index)
      children.spawn(results[index],
                     [below = node.child(index)](Context& child) { return direct_branch(child, below); });
    children.call(results.back(),
                  [below = node.child(fan_out - 1)](Context& child) { return direct_branch(child, below); });
    children.join();
    return with_parent(results);
  }

  template <class Model>
  static typename Model::template task<outcome> awaited_branch(branch node) {
    if (node.is_leaf()) co_return outcome{1, sum(node.first, node.leaves)};
    branch_outcomes results;
    for (unsigned index = 0; index + 1 < fan_out; ++index)
      co_await Model::spawn(results[index], awaited_branch<Model>(node.child(index)));
    co_await Model::call(results.back(), awaited_branch<Model>(node.child(fan_out - 1)));
    co_await Model::join();
    co_return with_parent(results);
  }

  static constexpr std::uint64_t power_of_ten(unsigned exponent) {
    std::uint64_t power = 1;
    for (unsigned i = 0; i < exponent; ++i) power *= fan_out;
    return power;
  }
};

static_assert(cpu_workload<skynet>);

}  // namespace unitcost::workloads
