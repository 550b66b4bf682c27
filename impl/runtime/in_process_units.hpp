// What idle units have in common that live in the process that makes them.
#pragma once

#include <vector>

namespace unitcost::runtime {

/// They have no process of their own; and they refer to the object that holds them, so it is never copied.
class in_process_units {
 public:
  in_process_units() = default;
  in_process_units(in_process_units const&) = delete;
  in_process_units& operator=(in_process_units const&) = delete;

  std::vector<int> process_ids() const { return {}; }

 protected:
  ~in_process_units() = default;
};

}  // namespace unitcost::runtime
