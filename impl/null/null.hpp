// null: no unit ever runs. What a measure records under it is the harness's own price per unit: the loop around
// `spawn`, the closure, the slot for the result.
//
// Its answers are wrong by design (only the root's own part is computed), so it belongs to the self-tests and to no
// measure that compares with an oracle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "impl/model.hpp"

namespace unitcost::models {

class null {
 public:
  struct options {};

  static constexpr std::string_view name = "null";
  static constexpr capabilities abilities{.every_call_a_unit = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  struct context {
    struct scope {
      explicit scope(context&) {}
      template <class Result, class Unit>
      void spawn(Result& result, Unit const& unit) {
        discard(result, unit);
      }
      template <class Result, class Unit>
      void call(Result& result, Unit const& unit) {
        discard(result, unit);
      }
      void join() {}

     private:
      /// No instruction, but the compiler must have built the closure in memory and, for all it knows, `result` was
      /// written: without this it would delete the loop that is to be measured.
      template <class Result, class Unit>
      static void discard(Result& result, Unit const& unit) {
        asm volatile("" : : "r"(&result), "r"(&unit) : "memory");
      }
    };
  };

  null(options const&, placement const&) {}

  template <class Root>
  auto run(Root root) {
    context only;
    return root(only);
  }
  std::uint64_t units_made() const { return 0; }

  /// What never runs cannot wait.
  struct idle {
    idle(options const&, unit_arrivals&, std::uint64_t, std::size_t) {}
    void grow_to(std::uint64_t) { throw not_supported("null starts no units, so none can be alive"); }
    void release() {}
    std::vector<int> process_ids() const { return {}; }
  };
  static constexpr std::uint64_t idle_unit_count = 0;
  static std::uint64_t unit_limit(options const&) { return 0; }

  static std::vector<handover> handovers() { return {}; }
  static ring_outcome run_ring(options const&, placement const&, ring_shape const&) {
    throw not_supported("null starts no units, so none can hand over to another");
  }
};

static_assert(direct_model<null>);

}  // namespace unitcost::models
