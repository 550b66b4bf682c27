// How large the frames of an idle unit are in optimised code: else they are larger.
#include <gtest/gtest.h>

#include "impl/stackful/stackful.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::models {
namespace {

TEST(stackful_idle, fits_into_512_bytes_with_a_canary_where_it_is_optimised) {
#ifndef NDEBUG
  GTEST_SKIP() << "frames are larger here; it is then refused";
#endif
  if (replaces_the_allocator) GTEST_SKIP() << "instrumented frames are larger; it is then refused";
  EXPECT_LE(stackful::idle::own_bytes(), 512u - 16);
}

}  // namespace
}  // namespace unitcost::models
