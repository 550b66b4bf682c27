// An open file descriptor and its one owner.
#pragma once

#include <unistd.h>

#include <utility>

namespace unitcost::runtime {

/// Closed at the end of its life, when it is reset and when another is assigned. A negative one is no descriptor.
class owned_descriptor {
 public:
  owned_descriptor() = default;
  explicit owned_descriptor(int descriptor) : descriptor_(descriptor) {}
  owned_descriptor(owned_descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  owned_descriptor& operator=(owned_descriptor other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~owned_descriptor() { reset(); }

  int get() const { return descriptor_; }
  /// Somebody else closes it from now on.
  int release() { return std::exchange(descriptor_, -1); }
  void reset() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_ = -1;
};

/// Owns what a call that opens a descriptor returned. `doing` says what failed if it is negative, by errno: throws
/// limit_reached when no descriptor is left, std::system_error otherwise.
owned_descriptor opened(int descriptor, char const* doing);

struct pipe_ends {
  owned_descriptor reading, writing;
};

/// A pipe that is closed by exec. Throws as `opened` does.
pipe_ends open_pipe();

}  // namespace unitcost::runtime
