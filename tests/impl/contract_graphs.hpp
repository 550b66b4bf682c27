// The task graphs by which the contract of models is tested, in both spellings.
#pragma once

#include <cstdint>
#include <vector>

#include "impl/model.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost::contract_graphs {

inline std::uint64_t value_of(std::uint64_t index) { return unit_arrivals::hash(index); }

/// One unit with `units` children; how many of their results are wrong after the join.
template <class Context>
std::uint64_t direct_flat(Context& root, std::uint64_t units) {
  std::vector<std::uint64_t> results(units);
  typename Context::scope children(root);
  for (std::uint64_t index = 0; index < units; ++index)
    children.spawn(results[index], [index](Context&) { return value_of(index); });
  children.join();
  std::uint64_t wrong = 0;
  for (std::uint64_t index = 0; index < units; ++index) wrong += results[index] != value_of(index);
  return wrong;
}
template <class Model>
typename Model::template task<std::uint64_t> awaited_value(std::uint64_t index) {
  co_return value_of(index);
}
template <class Model>
typename Model::template task<std::uint64_t> awaited_flat(std::uint64_t units) {
  std::vector<std::uint64_t> results(units);
  for (std::uint64_t index = 0; index < units; ++index)
    co_await Model::spawn(results[index], awaited_value<Model>(index));
  co_await Model::join();
  std::uint64_t wrong = 0;
  for (std::uint64_t index = 0; index < units; ++index) wrong += results[index] != value_of(index);
  co_return wrong;
}

/// Each inner unit has three below it: two spawned, which it joins apart, the first before the others have ended, and
/// one called. Returns the number of leaves.
template <class Context>
std::uint64_t direct_tree(Context& here, unsigned depth) {
  if (depth == 0) return 1;
  auto const below = [depth](Context& child) { return direct_tree(child, depth - 1); };
  std::uint64_t first = 0, second = 0, third = 0;
  typename Context::scope outer(here);
  outer.spawn(second, below);
  {
    typename Context::scope inner(here);
    inner.spawn(first, below);
    inner.join();
  }
  outer.call(third, below);
  outer.join();
  return first + second + third;
}
/// A coroutine has one scope, itself: so it joins one after the other.
template <class Model>
typename Model::template task<std::uint64_t> awaited_tree(unsigned depth) {
  if (depth == 0) co_return 1;
  std::uint64_t first = 0, second = 0, third = 0;
  co_await Model::spawn(first, awaited_tree<Model>(depth - 1));
  co_await Model::join();
  co_await Model::spawn(second, awaited_tree<Model>(depth - 1));
  co_await Model::call(third, awaited_tree<Model>(depth - 1));
  co_await Model::join();
  co_return first + second + third;
}

template <class Model>
std::uint64_t run_flat(Model& model, std::uint64_t units) {
  if constexpr (direct_model<Model>)
    return model.run([units](typename Model::context& root) { return direct_flat(root, units); });
  else
    return model.run(awaited_flat<Model>(units));
}
template <class Model>
std::uint64_t run_tree(Model& model, unsigned depth) {
  if constexpr (direct_model<Model>)
    return model.run([depth](typename Model::context& root) { return direct_tree(root, depth); });
  else
    return model.run(awaited_tree<Model>(depth));
}
template <class Model>
outcome run_fib(Model& model, workloads::fib::parameters const& in) {
  if constexpr (direct_model<Model>)
    return model.run([in](typename Model::context& root) { return workloads::fib::direct(root, in); });
  else
    return model.run(workloads::fib::awaited<Model>(in));
}

}  // namespace unitcost::contract_graphs
