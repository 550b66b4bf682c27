// serial: units are plain calls. The oracle's twin and every speed-up's base line.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/model.hpp"

namespace unitcost::models {

class serial {
 public:
  struct options {};

  static constexpr std::string_view name = "serial";
  static constexpr capabilities abilities{.shares_memory = true, .every_call_a_unit = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  struct context {
    struct scope {
      explicit scope(context& parent) : parent_(parent) {}
      template <class Result, class Unit>
      void spawn(Result& result, Unit&& unit) { result = unit(parent_); }
      template <class Result, class Unit>
      void call(Result& result, Unit&& unit) { result = unit(parent_); }
      void join() {}

     private:
      context& parent_;
    };
  };

  serial(options const&, placement const&) {}

  template <class Root>
  auto run(Root root) {
    context only;
    return root(only);
  }
  std::uint64_t units_made() const { return 0; }

  /// A plain call cannot wait: it would never return.
  struct idle {
    idle(options const&, unit_arrivals&, std::uint64_t, std::size_t) {}
    void grow_to(std::uint64_t) { throw not_supported("a plain call cannot stay alive while its caller goes on"); }
    void release() {}
    std::vector<int> process_ids() const { return {}; }
  };
  static constexpr std::uint64_t idle_unit_count = 0;
  static std::uint64_t unit_limit(options const&) { return 0; }

  static std::vector<handover> handovers() { return {}; }
  static ring_outcome run_ring(options const&, placement const&, ring_shape const&) {
    throw not_supported("plain calls do not hand over to each other");
  }
};

static_assert(direct_model<serial>);

}  // namespace unitcost::models
