#include "benchmarks/harness/commands/conclusion.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "benchmarks/harness/commands/command_line.hpp"
#include "benchmarks/harness/records/known_answers.hpp"

namespace unitcost::harness {
namespace {

std::ptrdiff_t unstable_among(std::vector<record> const& records) {
  return std::ranges::count(records, ending::unstable, &record::end);
}

/// How many that count ran under what `marked` tells of their circumstances.
std::ptrdiff_t counted_among(std::vector<record> const& records, bool conditions::*marked) {
  return std::ranges::count_if(
      records, [marked](record const& one) { return one.end == ending::ok && one.circumstances.*marked; });
}

}  // namespace

std::string conclusion::last_words() const {
  std::string out;
  for (record const& one : records)
    if (is_failure(one.end))
      out += fmt::format("{} #{}: {}: {}\n", one.case_name, one.repetition, to_string(one.end), one.reason);
  for (std::string const& answer : unfound_answers(records)) out += "a known answer was not found: " + answer + "\n";
  for (std::string const& answer : unestablished_answers(records))
    out += "a known answer was not established: " + answer + "\n";
  if (auto const unstable = unstable_among(records); unstable > 0)
    out += fmt::format("{} of {} repetitions were unstable and do not count\n", unstable, records.size());
  if (auto const shared = counted_among(records, &conditions::core_shared); shared > 0)
    out += fmt::format("{} of {} repetitions count although somebody shared a core: their times are too long\n", shared,
                       records.size());
  if (auto const moved = counted_among(records, &conditions::cpus_moved); moved > 0)
    out += fmt::format("{} of {} repetitions count although their CPUs were nearer or farther apart than usual\n",
                       moved, records.size());
  if (rounds_dropped > 0) out += fmt::format("{} rounds were dropped: the profile's time was up\n", rounds_dropped);
  out += fmt::format("records: {}\n", directory.string());
  if (interrupted) out += fmt::format("interrupted; go on with: unitcost run --resume {}\n", directory.string());
  return out;
}

int conclusion::exit_status() const {
  if (interrupted) return exit_interrupted;
  bool const failed = std::ranges::any_of(records, is_failure, &record::end) || !unfound_answers(records).empty();
  return failed || (strict && unstable_among(records) > 0) ? exit_case_failed : exit_ok;
}

}  // namespace unitcost::harness
