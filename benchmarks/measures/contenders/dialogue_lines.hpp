// What a contender writes in a dialogue: a line for each question, and its last word.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "benchmarks/harness/contenders/contender_dialogue.hpp"
#include "benchmarks/harness/records/work_facts.hpp"

namespace unitcost::measures {

/// The line by which `program` answers `question`. An end is believed only of a program that then ends by itself and
/// well, and writes no more. Throws as contender_dialogue's `ask` and `finish` do.
std::string answer_to(harness::contender_dialogue& program, std::string_view question);

/// The whole number that `line` tells as `key`, having been `asked` ("to hold 205 units"). Throws ended_as with the end
/// that it tells instead, wrong_result where that is ok; std::runtime_error, which quotes the line and shows what
/// was `due`, when it is no answer.
std::uint64_t told_number(std::string const& line, std::string_view asked, char const* key, std::string_view due);

/// Units and checksum, by its last word. Throws ended_as for another end than ok, std::invalid_argument when it is no
/// answer.
harness::work_facts told_at_the_end(std::string const& written);

}  // namespace unitcost::measures
