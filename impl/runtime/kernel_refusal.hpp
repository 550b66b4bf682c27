// A limit that the kernel has met, by the number by which it said so.
#pragma once

#include <string>

#include "impl/model.hpp"

namespace unitcost::runtime {

struct kernel_refusal : limit_reached {
  kernel_refusal(int by_error, std::string const& what) : limit_reached(what), error(by_error) {}

  int error;  ///< an errno, as the library passes it on: pthread_create(3) makes EAGAIN of ENOMEM
};

}  // namespace unitcost::runtime
