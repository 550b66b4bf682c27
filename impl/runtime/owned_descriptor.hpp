// An open file descriptor and its one owner.
#pragma once

#include <unistd.h>

namespace unitcost::runtime {

/// Closed at the end of its life. A negative one is no descriptor, as the calls that open one return on failure.
class owned_descriptor {
 public:
  explicit owned_descriptor(int descriptor) : descriptor_(descriptor) {}
  owned_descriptor(owned_descriptor const&) = delete;
  owned_descriptor& operator=(owned_descriptor const&) = delete;
  ~owned_descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace unitcost::runtime
