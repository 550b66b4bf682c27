#include "benchmarks/measures/unit_kind.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmarks/measures/holding.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/together.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

struct by_steps {
  template <class Model>
  static void direct(typename Model::context& unit, unit_steps const& each, unsigned index) {
    while (pause const after = each.step(each.shared, index))
      if (*after > 0)
        wait_since(unit, runtime::now_ns(), *after);
      else if constexpr (takes_turns<Model>())
        unit.give_turn();
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, unit_steps const& each, unsigned index) {
    co_await among.give();  // the others are alive then
    while (pause const after = each.step(each.shared, index))
      if (*after > 0)
        co_await among.sleep_since(runtime::now_ns(), *after);
      else
        co_await among.give();
  }
};

/// Units of task graphs, whose steps follow each other at once: such units may have several workers.
template <class Model>
typename Model::template task<std::uint64_t> in_a_row(unit_steps each, unsigned index) {
  while (pause const after = each.step(each.shared, index))
    if (*after > 0) throw not_supported(std::string(Model::name) + ": its coroutines sleep on one worker only");
  co_return 1;
}
template <class Model>
typename Model::template task<std::uint64_t> all_in_a_row(unit_steps each, unsigned units) {
  std::vector<std::uint64_t> ended(units);
  for (unsigned index = 0; index < units; ++index) co_await Model::spawn(ended[index], in_a_row<Model>(each, index));
  co_await Model::join();
  co_return units;
}

template <class Model>
void run_by_steps(placement const& where, unsigned units, unit_steps const& each) {
  auto const options = Model::variants().front().options;
  if constexpr (turns_model<Model> && why_no_graph<Model>().empty())
    if (where.workers > 1) {
      Model(options, where).run(all_in_a_row<Model>(each, units));
      return;
    }
  // Workers of a pool of processes may have been forked before the steps were chosen.
  runtime::shared_object<unit_steps const> shared(each);
  run_together<by_steps, Model>(options, where, units, *shared);
}

template <class Model>
constexpr unit_kind kind_of() {
  unit_kind kind{.model = Model::name,
                 .abilities = Model::abilities,
                 .takes_turns = false,
                 .parallel_turns = false,
                 .why_none = why_none_together<Model>(),
                 .run = nullptr};
  if constexpr (Model::name == "null") {
    kind.why_none = "null makes no units";
  } else if constexpr (why_none_together<Model>().empty()) {
    kind.takes_turns = takes_turns<Model>();
    kind.parallel_turns = kind.takes_turns && !turns_model<Model> && Model::abilities.parallel;
    kind.run = run_by_steps<Model>;
  }
  return kind;
}

template <class... Models>
constexpr std::array<unit_kind, sizeof...(Models)> kinds_of(model_list<Models...>) {
  return {kind_of<Models>()...};
}
constexpr auto kinds = kinds_of(all_models{});

}  // namespace

std::span<unit_kind const> unit_kinds() { return kinds; }

unit_kind const& unit_kind_of(std::string_view model) {
  auto const found = std::ranges::find(kinds, model, &unit_kind::model);
  if (found == kinds.end()) throw std::out_of_range("no model is called " + std::string(model));
  return *found;
}

harness::benchmark_case case_of(unit_kind const& kind, harness::measure_info const& measure, std::string_view workload,
                                std::string_view label, unsigned workers) {
  auto one = case_of(kind.model, measure, workload, joined(label, "workers:" + std::to_string(workers)),
                     harness::profile::standard);
  one.cpus_used = workers;
  one.run = [](harness::measurement&) {};
  one.skip_reason = kind.why_none;
  if (kind.why_none.empty() && workers > 1 && !kind.abilities.parallel)
    one.skip_reason = std::string(kind.model) + " runs one unit at a time";
  return one;
}

}  // namespace unitcost::measures
