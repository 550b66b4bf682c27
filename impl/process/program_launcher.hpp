// Starting the program unitcost_unit as a unit. After exec a unit has no closure of ours to run: all it can do is
// to report when it started.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>

#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::processes {

/// How exec is reached. Both suspend the parent until then and copy no page tables.
enum class program_launch : std::uint8_t { vfork, posix_spawn };

/// Holds the descriptor and mapping that every program it starts reports through; one runs at a time.
class program_launcher {
 public:
  /// Throws not_supported when the program is not to be found: in UNITCOST_UNIT, else beside the running binary.
  explicit program_launcher(program_launch by);
  program_launcher(program_launcher const&) = delete;
  program_launcher& operator=(program_launcher const&) = delete;
  ~program_launcher();

  /// Starts the program, waits until it has ended, and returns its clock at its first instruction (runtime::now_ns).
  /// Throws limit_reached, or unit_crashed when the program did not report.
  std::int64_t run();

 private:
  using argument_list = std::array<char*, 3>;
  pid_t launch(argument_list const& arguments) const;

  program_launch by_;
  std::string path_;
  runtime::owned_descriptor memory_;
  std::string descriptor_text_;  ///< of memory_, as the program is told it
  std::int64_t volatile* started_ns_ = nullptr;
};

}  // namespace unitcost::processes
