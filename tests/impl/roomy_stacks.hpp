// Options for tests of what units do: instrumented frames are larger.
#pragma once

#include <cstddef>

namespace unitcost {

template <class Model>
typename Model::options with_roomy_stacks() {
  auto options = Model::variants().front().options;
  if constexpr (requires { options.bytes; }) options.bytes = std::size_t{256} << 10;
  if constexpr (requires { options.stack_bytes; }) options.stack_bytes = std::size_t{256} << 10;
  return options;
}

}  // namespace unitcost
