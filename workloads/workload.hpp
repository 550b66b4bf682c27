// What every CPU-bound workload promises, so that one line in workloads/all.hpp is enough to run it
// under every model.
//
// A workload is a task graph that depends on its parameters alone: the same parameters build the same
// units under every model, and `oracle` says, without any concurrency, how many units that is and what
// they compute. A repetition whose outcome differs from the oracle ends `wrong_result`.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace unitcost {

/// What a task graph came to. Both numbers are compared with the oracle in every repetition.
struct outcome {
  std::uint64_t units = 0;     ///< units in the graph, the root included; a call run in place counts as one
  std::uint64_t checksum = 0;  ///< what the units computed, combined in an order-independent way or by position

  friend bool operator==(outcome const&, outcome const&) = default;
};

/// `spawn_depth:all`: every call becomes a unit. Otherwise calls become units down to this depth (the root
/// has depth 0) and plain recursion goes on below it.
inline constexpr unsigned every_call = ~0u;

/// A workload. Its two spellings cannot be named in a concept (they are templates over a model):
///
///   template <class Context>
///   static outcome direct(Context& context, input const& in);          // a unit blocks until its children joined
///
///   template <class Model>
///   static typename Model::template task<outcome> awaited(input in);   // a unit co_awaits its children
///
/// Both stand side by side in the workload's header and share its leaf kernel. `input` is a small trivially
/// copyable view; everything it points at lives in `memory`, which the harness maps shared *before* any
/// model starts, so that a forked child reads and writes the very same bytes as a thread does.
template <class W>
concept cpu_workload = requires(typename W::parameters const& parameters, typename W::input const& in,
                                std::span<std::byte> memory) {
  { W::name } -> std::convertible_to<std::string_view>;
  /// "n:20/spawn_depth:3": the parameters as they stand in a case's name, in a fixed order.
  { W::label(parameters) } -> std::same_as<std::string>;
  /// Bytes of shared memory that `prepare` needs (0 where the input is all in `input`).
  { W::memory_bytes(parameters) } -> std::same_as<std::size_t>;
  /// Fills `memory` with the input. Deterministic. Not timed.
  { W::prepare(parameters, memory) } -> std::same_as<typename W::input>;
  /// The answer that every model must give, computed without units. Not timed; may be called before `prepare`.
  { W::oracle(parameters) } -> std::same_as<outcome>;
  /// The same computation as plain code, the base line for speed-up. Returns the checksum. Timed.
  { W::serial(in) } -> std::same_as<std::uint64_t>;
};

}  // namespace unitcost
