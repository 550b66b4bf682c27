// A model that does all of its work as plain calls, and treats one unit wrongly.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "impl/model.hpp"
#include "impl/serial/serial.hpp"
#include "tests/workloads/test_models.hpp"

namespace unitcost::faulty {

enum class unit_fault : std::uint8_t { none, lose, repeat, damage };

constexpr std::string_view name_of(unit_fault fault) {
  switch (fault) {
    case unit_fault::lose:
      return "loses_a_unit";
    case unit_fault::repeat:
      return "repeats_a_unit";
    case unit_fault::damage:
      return "damages_a_result";
    case unit_fault::none:
      break;
  }
  return "sound";
}

/// In a graph the first spawned unit of each run is struck, among idle units the eighth. A repeated unit of a graph
/// just computes its result again: only idle units can tell.
template <unit_fault fault>
class faulty_model {
 public:
  using options = models::serial::options;

  static constexpr std::string_view name = name_of(fault);
  static constexpr capabilities abilities = models::serial::abilities;
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  struct context {
    bool struck = false;

    struct scope {
      explicit scope(context& parent) : parent_(parent) {}
      template <class Result, class Unit>
      void spawn(Result& result, Unit&& unit) {
        bool const strikes = fault != unit_fault::none && !parent_.struck;
        parent_.struck = true;
        if (strikes && fault == unit_fault::lose) return;
        result = unit(parent_);
        if (strikes && fault == unit_fault::repeat) result = unit(parent_);
        if (strikes && fault == unit_fault::damage) test_models::damage(result);
      }
      template <class Result, class Unit>
      void call(Result& result, Unit&& unit) {
        result = unit(parent_);
      }
      void join() {}

     private:
      context& parent_;
    };
  };

  faulty_model(options const&, placement const&) {}

  template <class Root>
  auto run(Root root) {
    context only;
    return root(only);
  }
  std::uint64_t units_made() const { return 0; }

  /// Units that are nothing but their arrival.
  class idle {
   public:
    idle(options const&, unit_arrivals& arrivals, std::uint64_t, std::size_t) : arrivals_(arrivals) {}
    void grow_to(std::uint64_t count) {
      for (; alive_ < count; ++alive_) arrive(alive_);
    }
    void release() {}
    std::vector<int> process_ids() const { return {}; }

   private:
    void arrive(std::uint64_t index) {
      bool const strikes = index == 7;
      if (strikes && fault == unit_fault::lose) return;
      if (strikes && fault == unit_fault::repeat) arrivals_.arrive(index);
      arrivals_.arrive(strikes && fault == unit_fault::damage ? index - 1 : index);
    }

    unit_arrivals& arrivals_;
    std::uint64_t alive_ = 0;
  };
  static constexpr std::uint64_t idle_unit_count = 1024;
  static std::uint64_t unit_limit(options const&) { return idle_unit_count; }

  static std::vector<handover> handovers() { return {}; }
  static ring_outcome run_ring(options const&, placement const&, ring_shape const&) {
    throw not_supported("plain calls do not hand over to each other");
  }
};

static_assert(direct_model<faulty_model<unit_fault::none>>);

}  // namespace unitcost::faulty
