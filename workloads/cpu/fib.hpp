// fib: the naive recursion, nothing but calls. It measures what a model charges for one more unit.
//
// With fib(0) = fib(1) = 1 the value counts the whole graph: a tree with v leaves has 2v - 1 nodes. So with
// every call a unit the units return nothing but their value, as the runtimes' own benchmarks do; below a
// bounded depth a leaf stands for many calls, and each unit returns its count beside its value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "workloads/spawn_depth.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct fib {
  static constexpr std::string_view name = "fib";

  struct parameters {
    unsigned n = 20;
    unsigned spawn_depth = every_call;
  };
  using input = parameters;

  static std::string label(parameters const& p) {
    return "n:" + std::to_string(p.n) + "/" + spawn_depth_label(p.spawn_depth);
  }
  static std::size_t memory_bytes(parameters const&) { return 0; }
  static input prepare(parameters const& p, std::span<std::byte>) { return p; }

  /// The leaf kernel: plain recursion.
  static std::uint64_t value(unsigned n) { return n < 2 ? 1 : value(n - 1) + value(n - 2); }

  static std::uint64_t serial(input const& in) { return value(in.n); }
  static outcome oracle(parameters const& p) { return {units(p.n, p.spawn_depth), value(p.n)}; }

  template <class Context>
  static outcome direct(Context& context, input const& in) {
    if (in.spawn_depth == every_call) return from_value(direct_branch<std::uint64_t>(context, in.n, every_call));
    return direct_branch<outcome>(context, in.n, in.spawn_depth);
  }

  template <class Model>
  static typename Model::template task<outcome> awaited(input in) {
    if (in.spawn_depth == every_call) {
      std::uint64_t result = 0;
      co_await Model::call(result, awaited_branch<Model, std::uint64_t>(in.n, every_call));
      co_return from_value(result);
    }
    outcome result;
    co_await Model::call(result, awaited_branch<Model, outcome>(in.n, in.spawn_depth));
    co_return result;
  }

 private:
  static bool is_leaf(unsigned n, unsigned spawn_depth) { return n < 2 || spawn_depth == 0; }

  template <class Result, class Context>
  static Result direct_branch(Context& context, unsigned n, unsigned spawn_depth) {
    if (is_leaf(n, spawn_depth)) return leaf<Result>(n);
    unsigned const below = one_level_down(spawn_depth);
    Result left{}, right{};
    typename Context::scope children(context);
    children.spawn(left, [n, below](Context& child) { return direct_branch<Result>(child, n - 1, below); });
    children.call(right, [n, below](Context& child) { return direct_branch<Result>(child, n - 2, below); });
    children.join();
    return combine(left, right);
  }

  template <class Model, class Result>
  static typename Model::template task<Result> awaited_branch(unsigned n, unsigned spawn_depth) {
    if (is_leaf(n, spawn_depth)) co_return leaf<Result>(n);
    unsigned const below = one_level_down(spawn_depth);
    Result left{}, right{};
    co_await Model::spawn(left, awaited_branch<Model, Result>(n - 1, below));
    co_await Model::call(right, awaited_branch<Model, Result>(n - 2, below));
    co_await Model::join();
    co_return combine(left, right);
  }

  template <class Result>
  static Result leaf(unsigned n) {
    if constexpr (std::is_same_v<Result, outcome>)
      return {1, value(n)};
    else
      return value(n);
  }
  static std::uint64_t combine(std::uint64_t left, std::uint64_t right) { return left + right; }
  static outcome combine(outcome const& left, outcome const& right) {
    return {left.units + right.units + 1, left.checksum + right.checksum};
  }
  static outcome from_value(std::uint64_t value) { return {2 * value - 1, value}; }

  static std::uint64_t units(unsigned n, unsigned spawn_depth) {
    if (is_leaf(n, spawn_depth)) return 1;
    unsigned const below = one_level_down(spawn_depth);
    return 1 + units(n - 1, below) + units(n - 2, below);
  }
};

static_assert(cpu_workload<fib>);

}  // namespace unitcost::workloads
