// Faulty models under the product's own measures: the oracle's comparison has to find what they do.
#include <utility>

#include "benchmarks/measures/graphs/throughput.hpp"
#include "benchmarks/measures/units/footprint.hpp"
#include "benchmarks/measures/units/order.hpp"
#include "benchmarks/measures/units/session.hpp"
#include "tests/benchmarks/measures/units/faulty_turns.hpp"
#include "tests/faulty/fault.hpp"
#include "tests/faulty/faulty_model.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost::faulty {
namespace {

using harness::measurement;
using workloads::fib;

constexpr fib::parameters graph{.n = 12, .spawn_depth = every_call};

template <unit_fault fault>
void add_throughput_case(harness::registry& all) {
  using model = faulty_model<fault>;
  auto one = measures::case_of<model>(measures::throughput_info, fib::name, fib::label(graph), harness::profile::quick);
  one.run = [](measurement& given) { measures::measure_throughput<fib, model>(graph, 1, given); };
  all.add(std::move(one));
}

template <unit_fault fault>
void add_footprint_case(harness::registry& all) {
  using model = faulty_model<fault>;
  auto one = measures::case_of<model>(measures::footprint_info, "idle", "touch:0", harness::profile::quick);
  one.run = [](measurement& given) { measures::measure_footprint<model>({}, 0, given); };
  all.add(std::move(one));
}

template <unit_fault fault>
void add_order_case(harness::registry& all) {
  using model = faulty_model<fault>;
  auto one =
      measures::case_of<model>(measures::order_info, "order", "units:8/steps:10/workers:1", harness::profile::quick);
  one.run = [](measurement& given) { measures::measure_order<model>(8, 10, 1, given); };
  all.add(std::move(one));
}

/// Loses the first message of a session.
struct losing_turns : test::sound_turns {
  template <class Context, class T>
  struct channel : runtime::channel<Context, T> {
    using runtime::channel<Context, T>::channel;
    void put(Context& self, T const& item) {
      if (std::exchange(lost_, true)) runtime::channel<Context, T>::put(self, item);
    }
    bool lost_ = false;
  };
};
struct loses_a_message : test::faulty_turns<losing_turns> {
  static constexpr std::string_view name = "loses_a_message";
  using faulty_turns::faulty_turns;
};

void add_session_case(harness::registry& all) {
  using model = loses_a_message;
  auto one =
      measures::case_of<model>(measures::session_info, "session", "by:automatic/capacity:1", harness::profile::quick);
  one.run = [](measurement& given) { measures::measure_session<model>(measures::spelling::automatic, 1, given); };
  all.add(std::move(one));
}

}  // namespace

void add_models(harness::registry& all) {
  add_throughput_case<unit_fault::none>(all);
  add_throughput_case<unit_fault::lose>(all);
  add_throughput_case<unit_fault::damage>(all);
  add_footprint_case<unit_fault::none>(all);
  add_footprint_case<unit_fault::lose>(all);
  add_footprint_case<unit_fault::repeat>(all);
  add_footprint_case<unit_fault::damage>(all);
  add_order_case<unit_fault::none>(all);
  add_order_case<unit_fault::lose>(all);
  add_session_case(all);
}

}  // namespace unitcost::faulty
