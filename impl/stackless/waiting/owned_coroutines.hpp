// Coroutines that are destroyed together, wherever they are suspended.
#pragma once

#include <algorithm>
#include <coroutine>
#include <cstddef>
#include <vector>

namespace unitcost::stackless_runtime {

class owned_coroutines {
 public:
  /// For the first `count` of them `own` cannot fail.
  explicit owned_coroutines(std::size_t count) : many_(std::max(count, fewest_looked_through)) {
    owned_.reserve(count);
  }
  ~owned_coroutines() {
    for (std::coroutine_handle<> const each : owned_) each.destroy();
  }
  owned_coroutines(owned_coroutines const&) = delete;
  owned_coroutines& operator=(owned_coroutines const&) = delete;

  /// Throws std::bad_alloc; the coroutine is gone then.
  std::coroutine_handle<> own(std::coroutine_handle<> made) {
    try {
      owned_.push_back(made);
    } catch (...) {
      made.destroy();
      throw;
    }
    return made;
  }
  /// By the order in which they were owned, as long as none was destroyed.
  std::coroutine_handle<> operator[](std::size_t index) const { return owned_[index]; }

  bool empty() const { return owned_.empty(); }
  /// All of them. Looks at each, up to the first that has not ended.
  bool have_ended() const {
    return std::ranges::all_of(owned_, [](std::coroutine_handle<> each) { return each.done(); });
  }

  /// Looks for ended ones, and destroys them, each time there are twice as many as it left: so whoever starts units
  /// without end pays a few steps for each, and keeps at most as many ended ones as live ones. Only while none runs.
  void destroy_ended_if_many() {
    if (owned_.size() <= many_) return;
    std::erase_if(owned_, [](std::coroutine_handle<> each) {
      bool const ended = each.done();
      if (ended) each.destroy();
      return ended;
    });
    many_ = std::max(2 * owned_.size(), fewest_looked_through);
  }

 private:
  static constexpr std::size_t fewest_looked_through = 64;

  std::vector<std::coroutine_handle<>> owned_;
  std::size_t many_;
};

}  // namespace unitcost::stackless_runtime
