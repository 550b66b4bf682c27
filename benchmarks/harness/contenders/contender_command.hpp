// NAME=COMMAND: which program is a contender, and how it is started.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unitcost::harness {

struct contender_command {
  std::string name;
  std::string command;                   ///< as a shell reads it
  std::optional<std::string> was_about;  ///< what it said it is when the resumed run was begun
};

/// "libfork=./libfork_contender --quiet". Throws std::invalid_argument that names the remedy.
contender_command parse_contender_command(std::string_view typed);

/// Starts `command` so that what it prints on stdout arrives as its record.
std::vector<std::string> arguments_to_describe(std::string const& command);
/// Starts `command` for one repetition of the case that `order` spells.
std::vector<std::string> arguments_to_measure(std::string const& command, std::string const& order);

}  // namespace unitcost::harness
