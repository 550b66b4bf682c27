// Other ways of models to wait for descriptors than the ones by which they are known ("over:io_uring" in case names).
#pragma once

#include "impl/all.hpp"

namespace unitcost {

using all_ways =
    model_list<models::boost_fiber_over_io_uring, models::stackful_over_io_uring, models::stackless_over_io_uring>;

}  // namespace unitcost
