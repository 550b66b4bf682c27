// journal.jsonl: one line per repetition, written at once, so that a crash of the supervisor loses at most the
// repetition in flight.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/plan.hpp"
#include "benchmarks/harness/records/record.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::harness {

class journal {
 public:
  /// Opens for appending; makes the file where there is none. A last line without its newline is what a killed
  /// supervisor left in mid-write: it is cut off, since its repetition will run again. Throws std::system_error, and
  /// std::invalid_argument while another process has it open so: each would measure what the other does.
  explicit journal(std::filesystem::path file);
  journal(journal const&) = delete;
  journal& operator=(journal const&) = delete;

  /// One write call per line: a line is there whole or not at all, short of a full disk, which throws.
  void append(record const& what);

 private:
  std::filesystem::path file_;
  runtime::owned_descriptor descriptor_;
};

/// Throws std::runtime_error naming the file and line of what cannot be read.
std::vector<record> read_journal(std::filesystem::path const& file);

/// What need not run again: repetitions whose record counts.
finished_set finished_in(std::vector<record> const& records);

}  // namespace unitcost::harness
