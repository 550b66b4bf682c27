// null: no unit ever runs. What a measure records under it is the harness's own price per unit: the loop around
// `spawn`, the closure, the slot for the result.
//
// Its answers are wrong by design (only the root's own part is computed), so it belongs to the self-tests and to no
// measure that compares with an oracle.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/no_waiting_units.hpp"

namespace unitcost::models {

class null : public runtime::no_waiting_units<null> {
 public:
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

  static constexpr char const* why_no_graph = "null makes no units";
  static constexpr char const* why_no_handle = why_no_graph;
  static constexpr char const* why_no_unit_waits = "null starts no units, so none can wait or hand over to another";
};

static_assert(direct_model<null>);

}  // namespace unitcost::models
