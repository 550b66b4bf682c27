#include "benchmarks/measures/messages/numbered_message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

/// Numbers, compares and counts 100 messages of 32 bytes, as those of `seed`, with another content where `is_damaged`.
bool hundred_in_place_hold(std::uint64_t seed, bool is_damaged) {
  message_tally tally;
  outgoing_message out(1, 32, tally);
  incoming_message in(seed, 32, tally);
  std::ranges::copy(out.next(), in.room().begin());
  if (is_damaged) in.room()[9] ^= std::byte{1};
  in.note();
  exchange_in_place(out, in, 99);
  EXPECT_EQ(tally.sent.count, 100u);
  recorded_measurement recorded;
  check_messages(tally, recorded.given);
  return recorded.check_holds();
}

TEST(exchange_in_place, does_all_that_is_checked_of_a_message) {
  EXPECT_TRUE(hundred_in_place_hold(1, false));
  EXPECT_FALSE(hundred_in_place_hold(2, false));
  EXPECT_FALSE(hundred_in_place_hold(1, true));
}

}  // namespace
}  // namespace unitcost::measures
