// Which connection is to be answered when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

namespace unitcost::load {

/// All delays are equal, so who asked first is due first: a queue and no heap. The caller reads the clock.
class due_answers {
 public:
  static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

  struct due {
    std::int64_t at_ns;
    std::uint32_t connection;
    friend bool operator==(due const&, due const&) = default;
  };

  explicit due_answers(std::int64_t delay_ns) : delay_ns_(delay_ns) {}

  void asked(std::uint32_t connection, std::int64_t now_ns) { queue_.push_back({now_ns + delay_ns_, connection}); }
  std::size_t count() const { return queue_.size(); }
  std::int64_t next_ns() const { return queue_.empty() ? never_ns : queue_.front().at_ns; }
  /// The first of those that are due.
  std::optional<due> take(std::int64_t now_ns) {
    if (next_ns() > now_ns) return {};
    due const first = queue_.front();
    queue_.pop_front();
    return first;
  }

 private:
  std::int64_t delay_ns_;
  std::deque<due> queue_;
};

}  // namespace unitcost::load
