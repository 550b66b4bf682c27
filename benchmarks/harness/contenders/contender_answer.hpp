// What a contender answers to one repetition of a case. It is a stranger's word: nothing of it is believed that can be
// checked.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/records/record.hpp"
#include "benchmarks/harness/records/work_facts.hpp"

namespace unitcost::harness {

struct contender_answer {
  ending end = ending::ok;
  std::string reason;  ///< of every other end
  work_facts facts;    ///< of `ok`
  /// What a measure asks for beyond that, by name: one number a run, or as many as it has ("together_ns").
  std::map<std::string, std::vector<double>, std::less<>> samples = {};

  /// Throws std::invalid_argument where there are none of that name.
  std::vector<double> const& samples_of(std::string_view name) const;
};

/// What an answer that is ok has to hold: all facts, or units and checksum alone where nothing was timed.
enum class facts_due : std::uint8_t { of_timed_runs, of_units };

/// Throws std::invalid_argument when it is no answer: not one JSON object, a key missing or of another type, an end
/// that a contender cannot know, an end other than ok without its reason.
contender_answer parse_contender_answer(std::string_view text, facts_due due = facts_due::of_timed_runs);

std::string to_text(contender_answer const& answer);

/// What in `facts` cannot be true of a program that lived for `lived_ns`; empty: nothing.
std::string impossibility_of(work_facts const& facts, std::int64_t lived_ns);

}  // namespace unitcost::harness
