#include "benchmarks/measures/messages/manager_way.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>

#include "benchmarks/harness/supervision/process_balance.hpp"
#include "benchmarks/measures/messages/message_parties.hpp"
#include "impl/process/unit_crashed.hpp"

namespace unitcost::measures {
namespace {

using testing::HasSubstr, testing::ThrowsMessage;

struct waits_in_vain {};

way_order manager_order(std::size_t bytes) {
  return {.message_bytes = bytes, .between = runtime::sharing::processes, .cpus = {}};
}

/// Both parties are this process. A get is asked for, for sure, before the watch finds that there is no value.
TEST(manager_way, outlives_a_party_that_leaves_while_it_waits_for_a_value) {
  auto const before = harness::read_process_balance();
  {
    std::array<std::byte, 8> message{};
    manager_way way(manager_order(message.size()));
    peer_watch watch(peer_watch::for_ever, [] { throw waits_in_vain(); });
    EXPECT_THROW(way.receive(party::answerer, message, watch), waits_in_vain);
    way.keep_only(party::asker);
    way.send(party::asker, message, watch);  // which is for who has left
    EXPECT_THROW(way.receive(party::asker, message, watch), waits_in_vain);
    EXPECT_NO_THROW(way.rethrow_failure());
  }
  EXPECT_EQ(harness::imbalance_since(before), "");
}

TEST(manager_way, tells_its_own_failure_and_not_that_it_is_gone) {
  auto const before = harness::read_process_balance();
  {
    manager_way way(manager_order(8));
    runtime::shared_object<talk_tallies> tallies;
    talk_plan const plan{.message_bytes = 16};
    EXPECT_THAT([&] { talk_between_processes(way, plan, {}, 10'000'000'000, *tallies); },
                ThrowsMessage<unit_crashed>(HasSubstr("for a value of no size that it has")));
  }
  EXPECT_EQ(harness::imbalance_since(before), "");
}

}  // namespace
}  // namespace unitcost::measures
