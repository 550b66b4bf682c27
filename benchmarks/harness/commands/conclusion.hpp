// A run's last words, and its exit code.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

struct conclusion {
  std::vector<record> records;  ///< of the whole run, without discarded ones
  std::size_t rounds_dropped = 0;
  bool interrupted = false;
  bool strict = false;
  std::filesystem::path directory;

  /// What went wrong and where the records are, for stderr; one line each.
  std::string last_words() const;
  /// See command_line.hpp's exit_code.
  int exit_status() const;
};

}  // namespace unitcost::harness
