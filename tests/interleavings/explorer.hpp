// All interleavings of a few threads over atomics of the C++ memory model, one after the other.
//
// An atomic variable is the list of all values stored to it, in modification order. Each thread has a view: how far in
// each list it has got. A load may read any value from its view on, however old; that is what a store buffer, and
// weaker hardware, can show. A release attaches the writer's view to the value, an acquire adopts it; sequentially
// consistent operations also may not read behind the last such store to the same variable, in the order in which they
// happen here. (The view-based semantics of release/acquire: Kang et al., "A Promising Semantics for Relaxed-Memory
// Concurrency", POPL 2017. It has no promises, so no store is ever seen before a load that precedes it in its thread.)
//
// An execution is the sequence of choices that were made in it: who goes next, which value a load reads. The explorer
// goes through all sequences depth first, running the threads anew for each. They are fibers of ours.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "impl/stackful/context_switch.hpp"

namespace unitcost::interleavings {

/// By variable: the place in its list of values.
using view = std::vector<std::size_t>;

inline void advance(view& to, view const& from) {
  if (to.size() < from.size()) to.resize(from.size());
  for (std::size_t variable = 0; variable < from.size(); ++variable)
    to[variable] = std::max(to[variable], from[variable]);
}

inline bool acquires(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}
inline bool releases(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}

enum class access : std::uint8_t { load, store, exchange };

/// One operation made weaker than the code asks for: that of `kind` on `variable` with seq_cst becomes acquire, release
/// or both.
struct weakening {
  std::size_t variable;
  access kind;
  unsigned thread;
};

class explorer {
 public:
  explicit explorer(std::vector<weakening> weakened = {}) : weakened_(std::move(weakened)) {}

  /// Runs `threads` in every way that there is. `begin` is called before each execution and `fault` after it, both
  /// alone: what they do is not interleaved. Returns the first fault, or an empty text; throws std::length_error when
  /// there are more executions than `most`.
  std::string explore(std::function<void()> begin, std::vector<std::function<void()>> threads,
                      std::function<std::string()> fault, std::uint64_t most = 20'000'000);
  std::uint64_t executions() const { return executions_; }

  /// The explorer whose execution is running; its variables belong to it.
  inline static explorer* current = nullptr;

  // For variables.
  std::size_t new_variable() {
    last_seq_cst_.push_back(0);
    return last_seq_cst_.size() - 1;
  }
  /// To be called before each operation: others may go first.
  void let_others_run();
  unsigned choose(unsigned count);
  view& own_view() { return running_ != nullptr ? running_->seen : outside_; }
  std::size_t& last_seq_cst(std::size_t variable) { return last_seq_cst_[variable]; }
  std::memory_order weakened(std::memory_order order, std::size_t variable, access kind) const;

 private:
  struct thread {
    std::function<void()> body;
    view seen;
    bool ended = false;
    void* stack_pointer = nullptr;
    std::unique_ptr<std::byte[]> stack;
    unsigned index = 0;
    explorer* owner = nullptr;
  };
  static constexpr std::size_t stack_bytes = 64 * 1024;

  static void thread_main(void* message, void* argument);
  void run_once();
  bool next_execution();

  std::vector<weakening> weakened_;
  std::vector<thread> threads_;
  thread* running_ = nullptr;  ///< null: outside of all threads
  void* outside_stack_pointer_ = nullptr;
  view outside_;
  std::vector<std::size_t> last_seq_cst_;
  struct choice {
    unsigned taken, count;
  };
  std::vector<choice> choices_;
  std::size_t depth_ = 0;
  std::uint64_t executions_ = 0;
};

/// In the place of std::atomic, with as much of its interface as is used.
template <class T>
class atomic {
 public:
  atomic() : atomic(T{}) {}
  explicit(false) atomic(T initial) : variable_(explorer::current->new_variable()) { values_.push_back({initial, {}}); }
  atomic(atomic const&) = delete;

  T load(std::memory_order order) const {
    auto& around = *explorer::current;
    around.let_others_run();
    order = around.weakened(order, variable_, access::load);
    std::size_t const oldest = oldest_readable(order);
    std::size_t const read = oldest + around.choose(static_cast<unsigned>(values_.size() - oldest));
    observe(read, order);
    return values_[read].value;
  }

  void store(T value, std::memory_order order) {
    auto& around = *explorer::current;
    around.let_others_run();
    append(value, around.weakened(order, variable_, access::store), {});
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure) {
    auto& around = *explorer::current;
    around.let_others_run();
    success = around.weakened(success, variable_, access::exchange);
    // It may fail on an old value, and succeed only on the last: nothing comes between what it reads and what it
    // writes.
    std::vector<std::size_t> readable;
    for (std::size_t place = oldest_readable(failure == std::memory_order_relaxed ? success : failure);
         place < values_.size(); ++place)
      if (values_[place].value != expected || place + 1 == values_.size()) readable.push_back(place);
    std::size_t const read = readable[around.choose(static_cast<unsigned>(readable.size()))];
    if (values_[read].value != expected) {
      observe(read, failure);
      expected = values_[read].value;
      return false;
    }
    observe(read, success);
    append(desired, success, values_[read].seen);  // continues the release sequence
    return true;
  }

 private:
  struct stored {
    T value;
    view seen;  ///< what whoever acquires this value then sees
  };

  std::size_t place_in(view const& seen) const { return variable_ < seen.size() ? seen[variable_] : 0; }
  std::size_t oldest_readable(std::memory_order order) const {
    auto& around = *explorer::current;
    std::size_t const seen = place_in(around.own_view());
    return order == std::memory_order_seq_cst ? std::max(seen, around.last_seq_cst(variable_)) : seen;
  }
  void move_own_view_to(std::size_t place) const {
    view& own = explorer::current->own_view();
    if (own.size() <= variable_) own.resize(variable_ + 1);
    own[variable_] = std::max(own[variable_], place);
  }
  void observe(std::size_t place, std::memory_order order) const {
    move_own_view_to(place);
    if (acquires(order)) advance(explorer::current->own_view(), values_[place].seen);
  }
  void append(T value, std::memory_order order, view continued) {
    std::size_t const place = values_.size();
    move_own_view_to(place);
    if (releases(order)) advance(continued, explorer::current->own_view());
    values_.push_back({value, std::move(continued)});
    if (order == std::memory_order_seq_cst) explorer::current->last_seq_cst(variable_) = place;
  }

  std::size_t variable_;
  mutable std::vector<stored> values_;
};

}  // namespace unitcost::interleavings
