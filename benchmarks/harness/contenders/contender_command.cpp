#include "benchmarks/harness/contenders/contender_command.hpp"

#include <fmt/format.h>

#include <regex>
#include <stdexcept>

namespace unitcost::harness {

contender_command parse_contender_command(std::string_view typed) {
  static std::regex const name_form("[a-z][a-z0-9_@.+-]*");
  auto const equals = typed.find('=');
  if (equals == std::string_view::npos) throw std::invalid_argument(fmt::format("'{}' is not NAME=COMMAND", typed));
  contender_command out{std::string(typed.substr(0, equals)), std::string(typed.substr(equals + 1)), std::nullopt};
  if (!std::regex_match(out.name, name_form))
    throw std::invalid_argument(
        fmt::format("'{}': choose a name of lower-case letters, digits and _ @ . + -, the first a letter", out.name));
  if (out.command.find_first_not_of(" \t\n") == std::string::npos)
    throw std::invalid_argument(fmt::format("'{}' has no command; write {}=COMMAND", out.name, out.name));
  return out;
}

// exec, so that the program's own end is seen, not a shell's; the words behind `sh` are "$@".
std::vector<std::string> arguments_to_describe(std::string const& command) {
  return {"/bin/sh", "-c", "exec " + command + " \"$@\" >&3", "sh", "describe"};
}

std::vector<std::string> arguments_to_measure(std::string const& command, std::string const& order) {
  return {"/bin/sh", "-c", "exec " + command + " \"$@\"", "sh", "measure", order};
}

}  // namespace unitcost::harness
