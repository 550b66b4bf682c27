#include "impl/runtime/owned_descriptor.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "impl/model.hpp"

namespace unitcost::runtime {

owned_descriptor opened(int descriptor, char const* doing) {
  if (descriptor >= 0) return owned_descriptor(descriptor);
  int const error = errno;
  if (error == EMFILE || error == ENFILE)
    throw limit_reached(
        std::string(doing) +
        ": no file descriptor left; raise RLIMIT_NOFILE (ulimit -n) or fs.file-max, or use fewer units");
  throw std::system_error(error, std::generic_category(), doing);
}

pipe_ends open_pipe() {
  std::array<int, 2> ends{-1, -1};
  int const outcome = ::pipe2(ends.data(), O_CLOEXEC);
  owned_descriptor reading = opened(outcome == 0 ? ends[0] : outcome, "opening a pipe");
  return {std::move(reading), owned_descriptor(ends[1])};
}

}  // namespace unitcost::runtime
