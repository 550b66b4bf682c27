#include "benchmarks/measures/units/session.hpp"

#include <gtest/gtest.h>

#include "impl/boost_fiber/boost_fiber.hpp"
#include "impl/stackful/stackful.hpp"
#include "impl/stackless/stackless.hpp"
#include "impl/std_thread/std_thread.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/units/faulty_turns.hpp"

namespace unitcost::measures {
namespace {

using models::boost_fiber, models::stackful, models::stackless;
using test::faulty_turns, test::recorded_measurement, test::sound_turns;

template <class Model>
delivery delivered(spelling how, std::size_t capacity, std::uint64_t messages) {
  return run_spelling<Model>(how, {.workers = 1, .cpus = {}}, capacity, messages);
}

template <class Model>
void expect_all_delivered(spelling how) {
  for (std::size_t capacity : {1u, 3u, 63u})
    for (std::uint64_t messages : {1u, 2u, 63u, 64u, 1000u}) {
      SCOPED_TRACE("capacity " + std::to_string(capacity) + ", messages " + std::to_string(messages));
      delivery const got = delivered<Model>(how, capacity, messages), expected = oracle_of_messages(messages);
      EXPECT_EQ(got.messages, messages);
      EXPECT_EQ(got.checksum, expected.checksum);
    }
}

TEST(session_of, fibers_delivers_all_messages_in_order_in_both_spellings) {
  expect_all_delivered<stackful>(spelling::manual);
  expect_all_delivered<stackful>(spelling::automatic);
}

TEST(session_of, coroutines_delivers_all_messages_in_order_in_both_spellings) {
  expect_all_delivered<stackless>(spelling::manual);
  expect_all_delivered<stackless>(spelling::automatic);
}

TEST(session_of, boost_fibers_delivers_all_messages_in_order_through_boosts_channel) {
  expect_all_delivered<boost_fiber>(spelling::automatic);
}

/// Full, empty, full … : one switch to fill and one to drain the buffer. A channel passes two messages by it meanwhile:
/// the one that is handed to who waits to get, and the one of who waits to put.
template <class Model>
void expect_two_switches_per_buffer(spelling how) {
  for (unsigned const capacity : {1u, 10u}) {
    unsigned const messages_a_round = capacity + (how == spelling::automatic ? 2 : 0);
    EXPECT_NEAR(static_cast<double>(delivered<Model>(how, capacity, 1000).switches), 2000.0 / messages_a_round, 3);
  }
}

TEST(session_of, fibers_and_coroutines_switches_only_when_the_buffer_is_full_or_empty) {
  for (spelling how : {spelling::manual, spelling::automatic}) {
    expect_two_switches_per_buffer<stackful>(how);
    expect_two_switches_per_buffer<stackless>(how);
  }
}

template <class Model>
void measure(spelling how, recorded_measurement& recorded) {
  measure_session<Model>(how, 3, recorded.given);
}

TEST(session_of, the_automatic_spelling_is_compared_with_the_manual_one_in_the_same_repetition) {
  recorded_measurement recorded;
  measure<stackful>(spelling::automatic, recorded);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_GT(recorded.metric("automatism_ratio").value, 0);
  EXPECT_GT(recorded.metric("message_ns").value, 0);
  EXPECT_NEAR(recorded.metric("switches_per_message").value, 2.0 / 5, 0.01);
}

TEST(session_of, the_manual_spelling_is_compared_with_nothing) {
  recorded_measurement recorded;
  measure<stackful>(spelling::manual, recorded);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_GT(recorded.metric("message_ns").value, 0);
  EXPECT_THROW(recorded.metric("automatism_ratio"), std::out_of_range);
}

TEST(session_of, boost_fibers_has_no_manual_spelling_to_be_compared_with) {
  recorded_measurement recorded;
  measure<boost_fiber>(spelling::automatic, recorded);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_THROW(recorded.metric("automatism_ratio"), std::out_of_range);
}

TEST(session_of, boost_fibers_refuses_a_capacity_that_boosts_channel_cannot_have) {
  EXPECT_THROW(delivered<boost_fiber>(spelling::automatic, 4, 10), not_supported);
}

TEST(report_sessions, takes_the_ratio_within_pairs) {
  recorded_measurement recorded;
  delivery const sound = oracle_of_messages(10);
  session_runs runs;
  // The machine becomes slower and slower; automatic takes twice as long as manual, whenever.
  for (std::int64_t manual_ns : {100, 200, 400}) {
    delivery manual = sound, own = sound;
    manual.elapsed_ns = manual_ns;
    own.elapsed_ns = 2 * manual_ns;
    runs.manual.push_back(manual);
    runs.own.push_back(own);
  }
  report_sessions(runs, 10, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("automatism_ratio").value, 2);
  EXPECT_DOUBLE_EQ(recorded.metric("message_ns").value, 40);
  EXPECT_TRUE(recorded.check_holds());
}

TEST(report_sessions, checks_the_runs_that_it_compares_with_too) {
  recorded_measurement recorded;
  delivery sound = oracle_of_messages(10);
  sound.elapsed_ns = 100;
  delivery damaged = sound;
  damaged.checksum ^= 1;
  report_sessions({.own = {sound}, .manual = {damaged}}, 10, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

/// In each session the eighth message is treated wrongly.
template <class Context, class T>
struct losing_channel : runtime::channel<Context, T> {
  using runtime::channel<Context, T>::channel;
  void put(Context& self, T const& item) {
    if (++put_ != 8) runtime::channel<Context, T>::put(self, item);
  }
  int put_ = 0;
};
struct loses_a_message : sound_turns {
  template <class Context, class T>
  using channel = losing_channel<Context, T>;
};

template <class Context, class T>
struct repeating_channel : runtime::channel<Context, T> {
  using runtime::channel<Context, T>::channel;
  void put(Context& self, T const& item) {
    runtime::channel<Context, T>::put(self, item);
    if (++put_ == 8) runtime::channel<Context, T>::put(self, item);
  }
  int put_ = 0;
};
struct repeats_a_message : sound_turns {
  template <class Context, class T>
  using channel = repeating_channel<Context, T>;
};

/// The seventh and the eighth change places.
template <class Context, class T>
struct overtaking_channel : runtime::channel<Context, T> {
  using runtime::channel<Context, T>::channel;
  void put(Context& self, T const& item) {
    if (++put_ == 7) {
      kept_ = item;
      return;
    }
    runtime::channel<Context, T>::put(self, item);
    if (put_ == 8) runtime::channel<Context, T>::put(self, kept_);
  }
  int put_ = 0;
  T kept_{};
};
struct overtakes : sound_turns {
  template <class Context, class T>
  using channel = overtaking_channel<Context, T>;
};

/// The producer's third transfer of a session does not happen: every other one is the consumer's.
struct skips_a_transfer : sound_turns {
  inline static int transfers = 0;
  static void transfer_to(real_context& unit, real_context& parked) {
    if (++transfers != 5) unit.transfer_to(parked);
  }
};

template <class Fault>
bool is_found(spelling how) {
  recorded_measurement recorded;
  measure<faulty_turns<Fault>>(how, recorded);
  return !recorded.check_holds();
}

TEST(session_of, a_channel_that_loses_a_message_fails_the_check) {
  EXPECT_TRUE(is_found<loses_a_message>(spelling::automatic));
}
TEST(session_of, a_channel_that_repeats_a_message_fails_the_check) {
  EXPECT_TRUE(is_found<repeats_a_message>(spelling::automatic));
}
TEST(session_of, a_channel_in_which_a_message_overtakes_another_fails_the_check) {
  EXPECT_TRUE(is_found<overtakes>(spelling::automatic));
}
TEST(session_of, a_transfer_that_does_not_happen_damages_what_is_delivered) {
  skips_a_transfer::transfers = 0;
  auto const got = delivered<faulty_turns<skips_a_transfer>>(spelling::manual, 3, 100);
  EXPECT_NE(got.checksum, oracle_of_messages(100).checksum);
}
/// The consumer takes the first thing that it sees for the end.
template <class Context, class T>
struct swallowing_channel : runtime::channel<Context, T> {
  using runtime::channel<Context, T>::channel;
  void put(Context&, T const&) {}
  T get(Context&) { return {.value = 0, .is_last = true}; }
};
struct swallows_all : sound_turns {
  template <class Context, class T>
  using channel = swallowing_channel<Context, T>;
};

TEST(session_of, a_channel_that_delivers_next_to_nothing_fails_the_check_before_anything_is_measured) {
  EXPECT_TRUE(is_found<swallows_all>(spelling::automatic));
}
TEST(session_of, a_sound_channel_passes_the_check_that_finds_those) {
  EXPECT_FALSE(is_found<sound_turns>(spelling::automatic));
  EXPECT_FALSE(is_found<sound_turns>(spelling::manual));
}

TEST(add_session_cases, skip_with_a_reason_the_spellings_that_a_model_lacks) {
  harness::registry all({{1, 2}});
  add_session_cases<stackful>(all);
  add_session_cases<boost_fiber>(all);
  add_session_cases<models::std_thread>(all);
  for (auto const& one : all.cases()) {
    bool const lacking =
        one.model == "std_thread" || (one.model == "boost_fiber" && one.label.starts_with("by:manual"));
    EXPECT_EQ(!one.skip_reason.empty(), lacking) << one.name();
  }
}

}  // namespace
}  // namespace unitcost::measures
