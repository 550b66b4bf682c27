#include "benchmarks/measures/contenders/contender_footprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "benchmarks/harness/contenders/contender_dialogue.hpp"
#include "benchmarks/harness/machine/memory_account.hpp"
#include "benchmarks/measures/contenders/contender_case.hpp"
#include "benchmarks/measures/contenders/dialogue_lines.hpp"
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
    .file = "benchmarks/measures/contenders/contender_footprint.cpp",
    .timed = false};

/// What a unit that can go on has to keep at the very least: where.
constexpr double least_bytes_of_a_unit = sizeof(void*);

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

idle_range idle_units_of(idle_kind kind) {
  switch (kind) {
    case idle_kind::thread:
      return {models::std_thread::idle_unit_count, models::std_thread::idle_unit_count};
    case idle_kind::process:
      return {models::process::idle_unit_count, models::process::idle_unit_count};
    case idle_kind::coroutine:
      return {models::stackful::idle_unit_count, models::stackful::idle_unit_count * 64};
  }
  std::abort();
}

std::uint64_t enough_units(idle_range within, double bytes_per_unit) {
  constexpr double enough_bytes = 16 << 20;
  std::uint64_t units = within.least;
  while (units < within.most && static_cast<double>(units) * bytes_per_unit < enough_bytes) units *= 2;
  return std::min(units, within.most);
}

std::string too_few_alive(idle_kind kind, std::uint64_t units, harness::process_family const& before,
                          harness::process_family const& now) {
  if (kind == idle_kind::coroutine) return "";
  bool const of_threads = kind == idle_kind::thread;
  auto const counted = [&](harness::process_family const& family) {  // threads: without the main ones
    return of_threads ? family.threads - family.processes : family.processes;
  };
  std::uint64_t const found = counted(now) - std::min(counted(before), counted(now));
  if (found >= units) return "";
  return fmt::format("it says that it holds {} units, and has {} {} more than when it held none", units, found,
                     of_threads ? "threads" : "processes");
}

std::string too_little_memory(double bytes_per_unit) {
  if (bytes_per_unit >= least_bytes_of_a_unit) return "";
  return fmt::format("one more unit took {:.1f} bytes of memory: there is none, or it was there before",
                     bytes_per_unit);
}

void require_holding(std::string const& line, std::uint64_t units) {
  auto const held = told_number(line, fmt::format("to hold {} units", units), "holding", std::to_string(units));
  if (held != units)
    throw ended_as(ending::wrong_result, fmt::format("it says that it holds {} units where {} are due", held, units));
}

namespace {

/// The program while it holds units, which are counted and whose memory is read each time that it is asked.
class holder {
 public:
  holder(idle_kind kind, std::vector<std::string> const& arguments) : kind_(kind), program_(arguments) {}

  footprint_reading hold(std::uint64_t count) {
    require_holding(answer_to(program_, fmt::format(R"({{"hold": {}}})", count)), count);
    auto const now = harness::family_of(program_.process());
    if (count == 0) before_ = now;
    if (auto const lie = too_few_alive(kind_, count, before_, now); !lie.empty())
      throw ended_as(ending::wrong_result, lie);
    return {count, now.reserved_bytes, read_settled(account)};
  }

  std::string finish() { return program_.finish(); }

  harness::memory_account const account = harness::memory_account::choose();

 private:
  idle_kind kind_;
  harness::contender_dialogue program_;
  harness::process_family before_;  ///< when it held none
};

std::uint64_t total_bytes(footprint_reading const& one) { return one.memory.total_bytes; }

double bytes_per_unit(footprint_reading const& none, footprint_reading const& some) {
  return (static_cast<double>(total_bytes(some)) - static_cast<double>(total_bytes(none))) /
         static_cast<double>(some.units);
}

}  // namespace

void measure_contender_footprint(idle_kind kind, std::vector<std::string> const& arguments, idle_range within,
                                 harness::measurement& given) {
  holder program(kind, arguments);
  auto const none = program.hold(0), few = program.hold(footprint_steps(within.least, 0).front());
  // The machine's account cannot tell how small they are: others give back what units take.
  bool const is_size_told = program.account.only_ours();
  auto const most = is_size_told ? enough_units(within, bytes_per_unit(none, few)) : within.least;
  auto const steps = footprint_steps(most, 0);
  std::vector<footprint_reading> readings;
  for (std::uint64_t const count : steps) readings.push_back(count == few.units ? few : program.hold(count));
  check_held(program.finish(), steps.back(), given);
  if (auto const why = too_little_memory(slope_of(readings, total_bytes).slope); is_size_told && !why.empty())
    throw ended_as(ending::wrong_result, why);
  report_footprint(readings, program.account.source(), given);
}

void add_contender_footprint(harness::registry& all) {
  for (harness::contender const& who : all.settings().contenders)
    for (idle_kind const kind : every_idle_kind) {
      if (!who.offers(footprint_info.name, to_string(kind))) continue;
      auto one = case_of(who.name, contender_footprint_info, "idle",
                         joined("unit:" + std::string(to_string(kind)), "touch:0"), harness::profile::quick);
      one.headline = true;
      if (who.offers_first(footprint_info.name, to_string(kind))) one.plain_label = "touch:0";
      one.prediction_factor = 4;  // programs in other languages take long to start and to end
      converse_with_contender(one, who, [kind](std::vector<std::string> const& arguments, harness::measurement& given) {
        measure_contender_footprint(kind, arguments, idle_units_of(kind), given);
      });
      all.add(std::move(one));
    }
}

}  // namespace unitcost::measures
