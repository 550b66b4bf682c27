// What a model says whose units can neither wait at a gate nor hand over to each other. (boost_context has a ring of
// its own; units of asio wait elsewhere.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/in_process_units.hpp"

namespace unitcost::runtime {

/// The base of such a model: its options, its idle units and its ring. `Model::why_no_unit_waits` is the reason that a
/// skipped case gives.
template <class Model>
struct no_waiting_units {
  struct options {};

  struct idle : in_process_units {
    idle(options const&, unit_arrivals&, std::uint64_t, std::size_t) {}
    void grow_to(std::uint64_t) { throw not_supported(Model::why_no_unit_waits); }
    void release() {}
  };
  static constexpr std::uint64_t idle_unit_count = 0;
  static std::uint64_t unit_limit(options const&) { return 0; }

  static std::vector<handover> handovers() { return {}; }
  static ring_outcome run_ring(options const&, placement const&, ring_shape const&) {
    throw not_supported(Model::why_no_unit_waits);
  }
};

}  // namespace unitcost::runtime
