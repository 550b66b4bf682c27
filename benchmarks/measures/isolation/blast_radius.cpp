#include "benchmarks/measures/isolation/blast_radius.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <stdexcept>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/isolation/lost_worker.hpp"
#include "benchmarks/measures/isolation/victim.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

/// Frames that nothing can be left out of: each is written to, and used when the next has returned. One byte of each is
/// enough to have all pages of a stack.
[[gnu::noinline]] std::size_t call_deeper(std::size_t depth) {
  std::byte volatile frame[1024];
  frame[0] = std::byte{1};
  // No stack is as deep as this; that there is an end keeps compilers from calling it an endless recursion.
  if (depth == ~std::size_t{0}) return 0;
  return call_deeper(depth + 1) + static_cast<std::size_t>(frame[0]);
}

}  // namespace

std::string_view to_string(way_to_die by) {
  switch (by) {
    case way_to_die::segmentation_fault:
      return "segmentation_fault";
    case way_to_die::abort:
      return "abort";
    case way_to_die::exit:
      return "exit";
    case way_to_die::stack_overflow:
      break;
  }
  return "stack_overflow";
}

void die(way_to_die by) {
  constexpr int status = 3;
  switch (by) {
    case way_to_die::segmentation_fault: {
      int volatile* const volatile nowhere = nullptr;
      *nowhere = 1;
      break;
    }
    case way_to_die::abort:
      std::abort();
    case way_to_die::exit:
      ::_exit(status);
    case way_to_die::stack_overflow:
      ::_exit(call_deeper(0) == 0 ? 0 : status);
  }
  ::_exit(0);  // it did not die as it was to
}

pause doomed_units::step(unsigned index) {
  life& own = each_[index];
  switch (own.where.load(std::memory_order_relaxed)) {
    case stage::none:
      own.doomed = come_.fetch_add(1, std::memory_order_relaxed) == doomed_place;
      own.where.store(stage::begun, std::memory_order_relaxed);
      return next_turn;
    case stage::begun:
      if (together_ && come_.load(std::memory_order_relaxed) < each_.size()) return next_turn;
      if (own.doomed) {
        dying_.store(true, std::memory_order_relaxed);
        die(by_);
      }
      if (together_ && !dying_.load(std::memory_order_relaxed)) return next_turn;
      own.where.store(stage::living, std::memory_order_relaxed);
      return after_life_ns_;
    default:
      own.where.store(stage::finished, std::memory_order_relaxed);
      return no_more;
  }
}

std::uint64_t doomed_units::finished() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(each_, [](life const& each) {
    return !each.doomed && each.where.load(std::memory_order_relaxed) == stage::finished;
  }));
}

namespace {

/// Longer than it takes to die, which is 2,000 page faults for a stack of 8 MiB. Where all die with one nobody waits
/// for the end of this, and no machine is too busy for it.
std::int64_t after_life_ns_of(unit_kind const& kind, way_to_die by, harness::measurement const& given) {
  if (!kind.abilities.survives_crash && kind.takes_turns) return given.patience_ns() / 2;
  return by == way_to_die::stack_overflow ? 200'000'000 : 30'000'000;
}

}  // namespace

void measure_blast_radius(unit_kind const& kind, unsigned workers, way_to_die by, harness::measurement& given) {
  using enum harness::direction;
  constexpr unsigned units = 8;
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  runtime::shared_object<doomed_units> fate(units, kind.takes_turns, by, after_life_ns_of(kind, by, given));
  victim process([&] {
    try {
      kind.run({.workers = workers, .cpus = cpus}, units, steps_of(*fate));
    } catch (unit_crashed const&) {
      // The model has survived it, and says so.
    }
  });
  if (!process.ends_within(given.patience_ns()))
    throw std::runtime_error(fmt::format("{}: the units' process hangs {:.1f} s after one of them has died", kind.model,
                                         static_cast<double>(given.patience_ns()) * 1e-9));
  auto const end = process.reap();
  process.rethrow_failure();
  bool const survives = end.clean();
  // One that nobody saw die proves nothing.
  given.check(fate->dying() ? 1 : 0, 1, !survives || kind.abilities.survives_crash ? 1 : 0, 1);
  given.report({.name = "others_finished",
                .label = "of 7 other units, those that came to their end",
                .value = static_cast<double>(fate->finished()),
                .unit = "1",
                .better = greater,
                .samples = units - 1},
               "the units' own notes");
  given.report({.name = "starter_survives",
                .label = "whether the process that started the units lives on",
                .value = survives ? 1.0 : 0.0,
                .unit = "1",
                .better = greater},
               "waitid(2)");
  if (!survives) given.note(end.description());
}

void add_blast_radius(harness::registry& all) {
  using enum way_to_die;
  for (unit_kind const& kind : unit_kinds())
    for (way_to_die by : {segmentation_fault, abort, exit, stack_overflow}) {
      unsigned const workers = kind.parallel_turns || (kind.abilities.parallel && !kind.takes_turns) ? 2 : 1;
      auto one = case_of(kind, blast_radius_info, "units", fmt::format("units:8/dies_by:{}", to_string(by)), workers);
      one.prediction_factor = 0.25;
      // What tells the models apart is whether they survive; the ways to die differ by model in a part of them only.
      if (by == exit || by == stack_overflow) one.least = harness::profile::full;
      one.run = [&kind, workers, by](harness::measurement& given) { measure_blast_radius(kind, workers, by, given); };
      all.add(one);
    }
  add_lost_worker_cases(all);
}

}  // namespace unitcost::measures
