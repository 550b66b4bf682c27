// The error that a parent gets for a unit whose process did not end as a unit should.
#pragma once

#include <stdexcept>
#include <string>

namespace unitcost {

/// A process that ran units died by a signal, left with a status other than 0, or left without its result. Thrown
/// where its result was awaited, so that a dead child is never a silent wrong result.
struct unit_crashed : std::runtime_error {
  unit_crashed(std::string const& what, int process_id, int signal_number)
      : std::runtime_error(what), pid(process_id), signal(signal_number) {}

  int pid;     ///< 0 where it is unknown
  int signal;  ///< what killed it; 0 where it left by itself
};

}  // namespace unitcost
