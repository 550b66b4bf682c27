// serial: units are plain calls. The oracle's twin and every speed-up's base line.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/no_waiting_units.hpp"
#include "impl/runtime/scope_of.hpp"

namespace unitcost::models {

class serial : public runtime::no_waiting_units<serial> {
 public:
  static constexpr std::string_view name = "serial";
  static constexpr capabilities abilities{.shares_memory = true, .every_call_a_unit = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  struct context {
    struct scope : runtime::scope_of<context> {
      using scope_of::scope_of;
      template <class Result, class Unit>
      void spawn(Result& result, Unit&& unit) {
        call(result, unit);
      }
      void join() {}
    };
  };

  serial(options const&, placement const&) {}

  template <class Root>
  auto run(Root root) {
    context only;
    return root(only);
  }
  std::uint64_t units_made() const { return 0; }

  static constexpr char const* why_no_unit_waits = "a plain call cannot wait while its caller, or another, goes on";
  static constexpr char const* why_no_handle =
      "a plain call has ended when its caller goes on: there is nothing to hold";
};

static_assert(direct_model<serial>);

}  // namespace unitcost::models
