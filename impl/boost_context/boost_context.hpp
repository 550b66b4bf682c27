// boost_context: the bare switch of Boost.Context. The library makes contexts and switches between them and no more:
// no scheduler, no join, nothing to wait on. So it has a ring and nothing else.
//
//   by:resume  boost::context::fiber, the library's interface; `previous = std::move(next).resume()`, its idiom
//   by:bare    what lies below (boost/context/detail/fcontext.hpp), as schedulers built on it use it; the fastest way
#pragma once

#include <string_view>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/no_waiting_units.hpp"

namespace unitcost::models {

class boost_context : public runtime::no_waiting_units<boost_context> {
 public:
  static constexpr std::string_view name = "boost_context";
  static constexpr capabilities abilities{.shares_memory = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  static constexpr char const* why_no_unit_waits = "boost_context is a bare switch: it has no gate to wait at";
  static constexpr char const* why_no_graph = "boost_context is a bare switch: it neither spawns units nor joins them";
  static constexpr char const* why_no_handle = why_no_graph;

  /// Runs a root, which is a plain call, and refuses it children.
  struct context {
    struct scope {
      explicit scope(context&) {}
      template <class Result, class Unit>
      void spawn(Result&, Unit const&) {
        throw not_supported(why_no_graph);
      }
      template <class Result, class Unit>
      void call(Result&, Unit const&) {
        throw not_supported(why_no_graph);
      }
      void join() {}
    };
  };

  boost_context(options const&, placement const&) {}

  template <class Root>
  auto run(Root root) {
    context only;
    return root(only);
  }
  std::uint64_t units_made() const { return 0; }

  static std::vector<handover> handovers() { return {handover::resume, handover::bare}; }
  static ring_outcome run_ring(options const&, placement const& where, ring_shape const& ring);
};

static_assert(direct_model<boost_context>);

}  // namespace unitcost::models
