// What the scopes of all models of threads and pools promise when an exception leaves them.
#pragma once

#include <atomic>
#include <stdexcept>

namespace unitcost::test {

/// Whether the unit of a scope that an exception leaves has ended when the exception reaches run's caller.
template <class Model>
bool ends_only_after_its_units(Model& model) {
  using context = typename Model::context;
  std::atomic<bool> child_ended{false};
  auto const failing = [&child_ended](context& root) -> bool {
    bool result = false;
    typename context::scope children(root);
    children.spawn(result, [&child_ended](context&) { return child_ended = true; });
    throw std::runtime_error("planted");
  };
  try {
    model.run(failing);
  } catch (std::runtime_error const&) {
    return child_ended;
  }
  return false;
}

}  // namespace unitcost::test
