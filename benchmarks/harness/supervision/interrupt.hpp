// SIGINT and SIGTERM as something to poll: no handler, so nothing to get wrong inside one.
#pragma once

#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::harness {

/// While alive, SIGINT and SIGTERM no longer end the process but make `descriptor()` readable. One at a time per
/// process. Children start with the signals unblocked (`restore_in_child`).
class interrupt {
 public:
  interrupt();
  interrupt(interrupt const&) = delete;
  interrupt& operator=(interrupt const&) = delete;
  ~interrupt();

  int descriptor() const { return signals_.get(); }
  /// Whether a signal has come; stays true.
  bool requested();
  /// Between fork and exec, in the child.
  static void restore_in_child();

 private:
  runtime::owned_descriptor signals_;
  bool requested_ = false;
};

}  // namespace unitcost::harness
