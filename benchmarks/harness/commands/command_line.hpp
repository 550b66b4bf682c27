// What can be typed after `unitcost`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/plan.hpp"
#include "benchmarks/harness/contenders/contender_command.hpp"

namespace unitcost::harness {

/// The exit codes that scripts may rely on.
enum exit_code : int {
  exit_ok = 0,  ///< all cases ok or skipped; unstable ones warn
  exit_case_failed =
      1,               ///< some case ended otherwise, or a known answer was not found; with --strict unstable ones too
  exit_bad_usage = 2,  ///< nothing was run, or what was given could not be read
  exit_interrupted = 130,
};

enum class command : std::uint8_t { run, list, explain, doctor };
enum class text_format : std::uint8_t { for_people, as_json };

struct command_line {
  command what = command::run;
  selection wanted;
  bool names_only = false;  ///< of `list`: as Google Benchmark's --benchmark_list_tests prints them
  std::optional<unsigned> repetitions;
  std::filesystem::path out, resume;
  std::uint64_t seed = 0;
  bool seed_given = false;
  std::optional<double> time_limit_s;
  std::uint64_t memory_limit_bytes = 0;  ///< 0: half of the machine's memory
  std::vector<unsigned> workers;         ///< empty: 1, 2, 4 … all CPUs
  std::vector<int> cpus;                 ///< empty: all that the process may use
  std::vector<contender_command> contenders;
  bool paired = false;  ///< the order within rounds
  bool strict = false, dry_run = false, quiet = false, anonymous = false;
  text_format format = text_format::for_people;
  std::filesystem::path benchmark_out;  ///< Google Benchmark's --benchmark_out
  std::string explained_case;
  std::vector<std::string> words;  ///< as typed, for the manifest
};

/// Parses `arguments` (without the program's name). When there is nothing to do but print (--help, --version, an
/// error), it prints and sets `exit_status`; the command line is then meaningless.
command_line parse_command_line(std::vector<std::string> arguments, std::optional<int>& exit_status);

}  // namespace unitcost::harness
