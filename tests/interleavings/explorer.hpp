// All interleavings of a few threads over atomics of the C++ memory model, one after the other.
//
// An atomic variable (atomic.hpp) is the list of all values stored to it, in modification order. Each thread has a
// view: how far in each list it has got. A load may read any value from its view on, however old; that is what a store
// buffer, and weaker hardware, can show. A release attaches the writer's view to the value, an acquire adopts it;
// sequentially consistent operations also may not read behind what such an operation on the same variable has read or
// written before, in the order in which they happen here. (The view-based semantics of release/acquire: Kang et al., "A
// Promising Semantics for Relaxed-Memory Concurrency", POPL 2017.)
//
// Two things that the standard allows are not explored. There are no promises: no store is seen before a load that
// precedes it in its thread. And a store comes last in its list: of two threads that both store to a variable, not
// exchange, the later one is later in modification order too. In what is explored a variable has one storing thread at
// a time.
//
// An execution is the sequence of choices that were made in it: who goes next, which value a load reads. The explorer
// goes through all sequences depth first, running the threads anew for each. They are fibers of ours. From a state that
// was reached before, in another way, it does not go on again: what every thread has read, how far it has got, and all
// values that one of them may still read.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "impl/stackful/switch/context_switch.hpp"

namespace unitcost::interleavings {

/// By variable: the place in its list of values.
using view = std::vector<std::size_t>;

inline void advance(view& to, view const& from) {
  if (to.size() < from.size()) to.resize(from.size());
  for (std::size_t variable = 0; variable < from.size(); ++variable)
    to[variable] = std::max(to[variable], from[variable]);
}

enum class access : std::uint8_t { load, store, exchange, failed_exchange };

/// An operation made with another order than the code asks for: that of `kind` on `variable` in the function of that
/// name.
struct weakening {
  std::size_t variable;
  access kind;
  std::string_view function;
  std::memory_order to;
};

/// What a thread read so far, as a hash: it determines where the thread is and what it does next.
using history = std::uint64_t;
constexpr history followed_by(history past, std::uint64_t event) {
  std::uint64_t mixed = (past ^ event) + 0x9e3779b97f4a7c15u + (past << 6);  // splitmix64 (Steele, Lea, Flood, 2014)
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

/// What all threads share of a variable.
struct variable_record {
  struct message {
    std::uint64_t value;
    view seen;  ///< what whoever acquires it then sees
  };
  std::vector<message> messages{};  ///< all values stored to it
  std::size_t last_seq_cst = 0;     ///< the last place at which such an operation was
  std::size_t seen_by_wakers = 0;   ///< of a futex: the last place that was seen by whoever woke
  std::size_t touched = 0;          ///< of plain memory: how often
};

class explorer {
 public:
  explicit explorer(std::vector<weakening> weakened = {}) : weakened_(std::move(weakened)) {}

  /// Runs `threads` in every way that there is. `begin` is called before each execution and `fault` after it, both
  /// alone: what they do is not interleaved. Returns the first fault, or an empty text; throws std::length_error when
  /// there are too many executions, or one that does not end. A thread may be left in the middle: it should own
  /// no memory. What threads share beside explored variables must be ordered by them (owned.hpp). The last
  /// `asleep_before` threads run first, one after the other, until they sleep.
  std::string explore(std::function<void()> begin, std::vector<std::function<void()>> threads,
                      std::function<std::string()> fault, unsigned asleep_before = 0);
  std::uint64_t executions() const { return executions_; }
  std::size_t states() const { return states_.size(); }
  /// Whether an operation was made weaker: a weakening that names none proves nothing.
  bool weakened_any() const { return weakened_any_; }

  /// For `fault`: how many threads sleep and nobody is left to wake them.
  unsigned asleep() const;

  /// The explorer whose execution is running; its variables belong to it.
  inline static explorer* current = nullptr;

  /// For a thread at a step from which on nothing that it read before makes a difference: fewer states to explore.
  void forget_the_past_at(unsigned step);

  // For variables.
  std::size_t new_variable();
  variable_record& record(std::size_t variable) { return variables_[variable]; }
  /// To be called before each operation: others may go first.
  void let_others_run();
  unsigned choose(unsigned count);
  view& own_view() { return running_ != nullptr ? running_->seen : outside_; }
  /// How far the running thread has got in the variable's list.
  std::size_t& own_place(std::size_t variable);
  std::memory_order weakened(std::memory_order order, std::size_t variable, access kind, std::string_view function);
  /// To be called after each operation: what the running thread got from it.
  void remember(std::uint64_t result);
  void report(std::string fault) { fault_ = std::move(fault); }
  /// Until wake: whoever waits for `variable` does not run.
  void sleep_on(std::size_t variable);
  void wake(std::size_t variable, int count);

 private:
  struct thread {
    std::function<void()> body;
    view seen;
    history past;
    std::byte* stack;
    explorer* owner;
    bool ended = false;
    std::size_t sleeps_on = awake;
    void* stack_pointer = nullptr;
  };
  struct choice {
    unsigned taken, count;
  };
  static constexpr std::size_t stack_bytes = 64 * 1024, awake = ~std::size_t{0}, longest = 10'000, most = 20'000'000;

  static void thread_main(void* message, void* argument);
  void start(std::vector<std::function<void()>> const& threads, unsigned asleep_before);
  bool run_once();
  void run(thread& next);
  history state() const;
  view oldest_readable() const;
  bool next_execution();

  std::vector<weakening> weakened_;
  bool weakened_any_ = false;
  std::vector<std::unique_ptr<std::byte[]>> stacks_;
  std::vector<thread> threads_;
  thread* running_ = nullptr;  ///< null: outside of all threads
  bool exploring_ = false;     ///< otherwise whoever has a choice reads the newest value
  void* outside_stack_pointer_ = nullptr;
  view outside_;
  std::vector<variable_record> variables_;
  std::vector<choice> choices_;
  std::size_t depth_ = 0, steps_ = 0;   ///< in the execution that is running
  std::unordered_set<history> states_;  ///< from which everything that follows was, or will be, explored
  std::uint64_t executions_ = 0;
  std::string fault_;
};

}  // namespace unitcost::interleavings
