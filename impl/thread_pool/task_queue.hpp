// The queue of a pool whose joining tasks help: ordered by depth in the task graph, then by age.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace unitcost::models {

/// Not synchronised: the pool's mutex guards it. Depths are small numbers, one bucket each.
template <class Task>
class task_queue {
 public:
  bool empty() const { return size_ == 0; }

  void push(std::size_t depth, Task const& task) {
    if (depth >= buckets_.size()) buckets_.resize(depth + 1);
    buckets_[depth].push_back(task);
    ++size_;
  }

  /// The oldest of the shallowest tasks: mostly the one with the most work below it.
  std::optional<Task> take_shallowest() {
    if (empty()) return std::nullopt;
    std::size_t depth = 0;
    while (buckets_[depth].empty()) ++depth;
    Task const taken = buckets_[depth].front();
    buckets_[depth].pop_front();
    --size_;
    return taken;
  }

  /// The newest of the deepest tasks, when it is deeper than `depth`.
  std::optional<Task> take_deeper_than(std::size_t depth) {
    if (empty()) return std::nullopt;
    for (std::size_t deepest = buckets_.size(); deepest-- > depth + 1;) {
      if (buckets_[deepest].empty()) continue;
      Task const taken = buckets_[deepest].back();
      buckets_[deepest].pop_back();
      --size_;
      return taken;
    }
    return std::nullopt;
  }

 private:
  std::vector<std::deque<Task>> buckets_;
  std::size_t size_ = 0;
};

}  // namespace unitcost::models
