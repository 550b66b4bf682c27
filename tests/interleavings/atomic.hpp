// An atomic variable of which the explorer knows all values that it had.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/runtime/futex.hpp"
#include "tests/interleavings/explorer.hpp"

namespace unitcost::interleavings {

inline bool acquires(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}
inline bool releases(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}
/// What a compare-exchange that fails has when only the other order was given.
inline std::memory_order of_a_failure(std::memory_order success) {
  return success == std::memory_order_acq_rel   ? std::memory_order_acquire
         : success == std::memory_order_release ? std::memory_order_relaxed
                                                : success;
}

/// In the place of std::atomic, with as much of its interface as is used.
template <class T>
class atomic {
 public:
  using place = std::source_location;

  atomic() : atomic(T{}) {}
  explicit(false) atomic(T initial) : variable_(around().new_variable()) {
    values_.push_back(initial);
    own_record().messages.push_back({bits_of(initial), {}});
  }
  atomic(atomic const&) = delete;

  T load(std::memory_order order, place from = place::current()) const {
    order = begin(order, access::load, from);
    std::size_t const oldest = oldest_readable(order);
    return read(oldest + around().choose(static_cast<unsigned>(values_.size() - oldest)), order);
  }
  void store(T value, std::memory_order order, place from = place::current()) {
    append(value, begin(order, access::store, from), {});
  }
  T fetch_add(T by, std::memory_order order, place from = place::current()) {
    return replace([by](T old) { return static_cast<T>(old + by); }, begin(order, access::exchange, from));
  }
  T fetch_sub(T by, std::memory_order order, place from = place::current()) {
    return replace([by](T old) { return static_cast<T>(old - by); }, begin(order, access::exchange, from));
  }
  T fetch_or(T bits, std::memory_order order, place from = place::current()) {
    return replace([bits](T old) { return old | bits; }, begin(order, access::exchange, from));
  }
  T exchange(T value, std::memory_order order, place from = place::current()) {
    return replace([value](T) { return value; }, begin(order, access::exchange, from));
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure,
                               place from = place::current()) {
    success = begin(success, access::exchange, from);
    failure = around().weakened(failure, variable_, access::failed_exchange, from.function_name());
    // It may fail on an old value, and succeed only on the last: nothing comes between what it reads and what it
    // writes.
    std::vector<std::size_t> readable;
    for (std::size_t each = oldest_readable(failure); each < values_.size(); ++each)
      if (values_[each] != expected || each + 1 == values_.size()) readable.push_back(each);
    std::size_t const chosen = readable[around().choose(static_cast<unsigned>(readable.size()))];
    if (values_[chosen] != expected) {
      expected = read(chosen, failure);
      return false;
    }
    replace([desired](T) { return desired; }, success);
    return true;
  }
  /// Never fails without a cause: whoever calls it would try again.
  bool compare_exchange_weak(T& expected, T desired, std::memory_order order, place from = place::current()) {
    return compare_exchange_strong(expected, desired, order, of_a_failure(order), from);
  }

  /// futex(2). The kernel compares under a lock which each wake takes too: what whoever woke had seen of this variable,
  /// the comparison sees; beyond that it may see an old value, as any load.
  friend void futex_wait(atomic& word, T expected, runtime::sharing) {
    around().let_others_run();
    std::size_t& own = around().own_place(word.variable_);
    own = std::max(own, word.own_record().seen_by_wakers);
    std::size_t const compared = own + around().choose(static_cast<unsigned>(word.values_.size() - own));
    if (word.read(compared, std::memory_order_relaxed) == expected) around().sleep_on(word.variable_);
  }
  friend void futex_wake(atomic& word, int count, runtime::sharing) {
    around().let_others_run();
    std::size_t& seen = word.own_record().seen_by_wakers;
    seen = std::max(seen, around().own_place(word.variable_));
    around().wake(word.variable_, count);
    around().remember(0);
  }

 private:
  static explorer& around() { return *explorer::current; }
  static std::uint64_t bits_of(T value) {
    if constexpr (std::is_pointer_v<T>)
      return reinterpret_cast<std::uintptr_t>(value);
    else
      return static_cast<std::uint64_t>(value);
  }
  variable_record& own_record() const { return around().record(variable_); }

  /// Returns the order that the operation is to have.
  std::memory_order begin(std::memory_order order, access kind, place const& from) const {
    around().let_others_run();
    return around().weakened(order, variable_, kind, from.function_name());
  }
  std::size_t oldest_readable(std::memory_order order) const {
    std::size_t const seen = around().own_place(variable_);
    return order == std::memory_order_seq_cst ? std::max(seen, own_record().last_seq_cst) : seen;
  }
  T read(std::size_t chosen, std::memory_order order) const {
    observe(chosen, order);
    around().remember(bits_of(values_[chosen]));
    return values_[chosen];
  }
  void append(T value, std::memory_order order, view continued) {
    std::size_t const last = values_.size();
    values_.push_back(value);
    auto& messages = own_record().messages;
    messages.push_back({bits_of(value), {}});
    observe(last, order == std::memory_order_seq_cst ? order : std::memory_order_relaxed);
    if (releases(order)) advance(continued, around().own_view());
    messages[last].seen = std::move(continued);
    around().remember(0);
  }
  template <class Function>
  T replace(Function function, std::memory_order order) {
    std::size_t const last = values_.size() - 1;
    T const old = read(last, order);
    append(function(old), order, own_record().messages[last].seen);  // continues the release sequence
    return old;
  }
  void observe(std::size_t chosen, std::memory_order order) const {
    variable_record& record = own_record();
    std::size_t& own = around().own_place(variable_);
    own = std::max(own, chosen);
    if (acquires(order)) advance(around().own_view(), record.messages[chosen].seen);
    if (order == std::memory_order_seq_cst) record.last_seq_cst = std::max(record.last_seq_cst, chosen);
  }

  std::size_t variable_;
  std::vector<T> values_;
};

}  // namespace unitcost::interleavings
