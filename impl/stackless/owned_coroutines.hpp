// Coroutines that are destroyed together, wherever they are suspended.
#pragma once

#include <coroutine>
#include <cstddef>
#include <vector>

namespace unitcost::stackless_runtime {

class owned_coroutines {
 public:
  /// For at most `count` of them, so that `own` cannot fail.
  explicit owned_coroutines(std::size_t count) { owned_.reserve(count); }
  ~owned_coroutines() {
    for (std::coroutine_handle<> const each : owned_) each.destroy();
  }
  owned_coroutines(owned_coroutines const&) = delete;
  owned_coroutines& operator=(owned_coroutines const&) = delete;

  std::coroutine_handle<> own(std::coroutine_handle<> made) noexcept {
    owned_.push_back(made);
    return made;
  }

 private:
  std::vector<std::coroutine_handle<>> owned_;
};

}  // namespace unitcost::stackless_runtime
