#include "benchmarks/measures/units/contender_footprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "benchmarks/harness/contenders/contender_dialogue.hpp"
#include "benchmarks/harness/machine/memory_account.hpp"
#include "benchmarks/harness/supervision/ended_as.hpp"
#include "benchmarks/measures/contender_case.hpp"
#include "benchmarks/measures/dialogue_lines.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/units/footprint.hpp"
#include "impl/process/process.hpp"
#include "impl/stackful/stackful.hpp"
#include "impl/std_thread/std_thread.hpp"

namespace unitcost::measures {
namespace {

using harness::ended_as;
using harness::ending;

constexpr harness::measure_info contender_footprint_info{
    .name = footprint_info.name,
    .question = footprint_info.question,
    .from = "a fifth of the units wait, as the contender says",
    .to = "all units do",
    .unit = footprint_info.unit,
    .method =
        "as of models, read while the contender waits for the next question; threads and processes are counted, too, "
        "and its units and checksum compared with what is due",
    .source = "the repetition's own memory cgroup, or where there is none the machine-wide account; reserved: VmSize",
    .file = "benchmarks/measures/units/contender_footprint.cpp",
    .timed = false};

/// What a unit that can go on has to keep at the very least: where.
constexpr double least_bytes_of_a_unit = sizeof(void*);

/// Units that take no memory are none. The machine's account cannot tell: others give back what units take.
void require_memory(harness::memory_account const& account, std::vector<footprint_reading> const& readings) {
  if (!account.only_ours()) return;
  auto const fit = slope_of(readings, [](footprint_reading const& one) { return one.memory.total_bytes; });
  if (fit.slope < least_bytes_of_a_unit)
    throw ended_as(
        ending::wrong_result,
        fmt::format("one more unit took {:.1f} bytes of memory: there is none, or it was there before", fit.slope));
}

/// Its last word, as it has ended by itself.
void check_held(std::string const& written, std::uint64_t due, harness::measurement& given) {
  auto const told = told_at_the_end(written);
  std::uint64_t expected = 0;
  for (std::uint64_t index = 0; index < due; ++index) expected += unit_arrivals::hash(index);
  given.check(told.units, due, told.checksum, expected);
}

}  // namespace

std::string_view to_string(idle_kind kind) {
  switch (kind) {
    case idle_kind::thread:
      return "thread";
    case idle_kind::process:
      return "process";
    case idle_kind::coroutine:
      return "coroutine";
  }
  std::abort();
}

std::uint64_t idle_units_of(idle_kind kind) {
  switch (kind) {
    case idle_kind::thread:
      return models::std_thread::idle_unit_count;
    case idle_kind::process:
      return models::process::idle_unit_count;
    case idle_kind::coroutine:
      return models::stackful::idle_unit_count;
  }
  std::abort();
}

std::string too_few_alive(idle_kind kind, std::uint64_t units, harness::process_family const& program) {
  if (kind == idle_kind::coroutine) return "";
  bool const of_threads = kind == idle_kind::thread;
  std::uint64_t const own = of_threads ? program.processes : 1;  // main threads, or the process that holds the others
  std::uint64_t const all = of_threads ? program.threads : program.processes;
  std::uint64_t const found = all - std::min(own, all);
  if (found >= units) return "";
  return fmt::format("it says that it holds {} units, and has {} {} beside its own", units, found,
                     of_threads ? "threads" : "processes");
}

void require_holding(std::string const& line, std::uint64_t units) {
  auto const held = told_number(line, fmt::format("to hold {} units", units), "holding", std::to_string(units));
  if (held != units)
    throw ended_as(ending::wrong_result, fmt::format("it says that it holds {} units where {} are due", held, units));
}

void measure_contender_footprint(idle_kind kind, std::vector<std::string> const& arguments,
                                 std::vector<std::uint64_t> const& steps, harness::measurement& given) {
  auto const account = harness::memory_account::choose();
  harness::contender_dialogue program(arguments);
  std::vector<footprint_reading> readings;
  for (std::uint64_t const count : steps) {
    require_holding(program.ask(fmt::format(R"({{"hold": {}}})", count)), count);
    auto const family = harness::family_of(program.process());
    if (auto const lie = too_few_alive(kind, count, family); !lie.empty()) throw ended_as(ending::wrong_result, lie);
    readings.push_back({count, family.reserved_bytes, read_settled(account)});
  }
  check_held(program.finish(), steps.back(), given);
  require_memory(account, readings);
  report_footprint(readings, account.source(), given);
}

void add_contender_footprint(harness::registry& all) {
  for (harness::contender const& who : all.settings().contenders)
    for (idle_kind const kind : every_idle_kind) {
      if (!who.offers(footprint_info.name, to_string(kind))) continue;
      auto one = case_of(who.name, contender_footprint_info, "idle",
                         joined("unit:" + std::string(to_string(kind)), "touch:0"), harness::profile::quick);
      one.headline = true;
      one.prediction_factor = 4;  // programs in other languages take long to start and to end
      converse_with_contender(one, who, [kind](std::vector<std::string> const& arguments, harness::measurement& given) {
        measure_contender_footprint(kind, arguments, footprint_steps(idle_units_of(kind), 0), given);
      });
      all.add(std::move(one));
    }
}

}  // namespace unitcost::measures
