// What a measure throws whose units wait for each other although they should not: the repetition ends as deadlocked.
#pragma once

#include <stdexcept>

namespace unitcost::harness {

class units_deadlocked : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace unitcost::harness
