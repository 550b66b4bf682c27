#include "benchmarks/measures/units/state.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <set>
#include <string>

#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/units/faulty_turns.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::measures {
namespace {

using test::faulty_turns, test::recorded_measurement, test::sound_turns;

constexpr unsigned state_holders = 4, turns_each = 20;

/// Only what is checked: the loop that is timed has nothing to do with it.
template <class Model>
void keep_states(recorded_measurement& recorded, unsigned among = state_holders) {
  runtime::shared_object<state_log> log(among, turns_each);
  run_together<state_keeping, Model>(Model::variants().front().options, {.workers = 1, .cpus = {}}, among, *log);
  report_states(*log, recorded.given);
}

TEST(state_of, a_model_whose_units_take_turns_is_found_whole) {
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (takes_turns<Model>()) {
      SCOPED_TRACE(Model::name);
      recorded_measurement recorded;
      keep_states<Model>(recorded);
      EXPECT_TRUE(recorded.check_holds());
      EXPECT_LE(recorded.metric("states_verified").value, state_holders * turns_each);
    }
  });
}

TEST(state_of, fibers_and_coroutines_is_found_whole_after_each_turn_in_which_another_ran) {
  for (auto const keep : {keep_states<models::stackful>, keep_states<models::stackless>}) {
    recorded_measurement recorded;
    keep(recorded, state_holders);
    // The last unit's last turn, when the others have ended.
    EXPECT_GE(recorded.metric("states_verified").value, state_holders * turns_each - 1);
  }
}

TEST(state_of, a_single_unit_is_never_counted_since_nobody_else_ran) {
  recorded_measurement recorded;
  keep_states<models::stackful>(recorded, 1);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("states_verified").value, 0);
}

TEST(state_of, a_model_has_its_price_from_a_loop_of_its_own) {
  recorded_measurement recorded;
  measure_state<models::stackful>(state_holders, turns_each, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_GT(recorded.metric("switch_ns").value, 0);
  EXPECT_EQ(recorded.metric("switch_ns").unit, "ns");
}

TEST(turn_log, counts_a_turn_only_when_the_other_unit_ran_in_it) {
  turn_log log(2);
  log.count();
  EXPECT_EQ(log.resumed, 0u);
  log.running.store(1);
  log.count();
  log.count();
  EXPECT_EQ(log.resumed, 1u);
}

/// A switch after which a byte of unit 0's stack is another: of its permutation, which it looks for there.
struct damages_the_stack : sound_turns {
  inline static std::array<std::byte, sizeof(memory_values)> held{};
  inline static bool damaged = false;

  [[gnu::noinline]] static void give_turn(real_context& unit) {
    unit.give_turn();
    constexpr std::size_t numbers_bytes = 128, permutation_bytes = 16, most_bytes = 1024;
    auto* const start = static_cast<std::byte*>(__builtin_frame_address(0));
    for (std::byte* at = start; at < start + most_bytes && !damaged; ++at)
      if (std::memcmp(at, held.data() + numbers_bytes, permutation_bytes) == 0) {
        at[3] ^= std::byte{1};
        damaged = true;
      }
  }
};

TEST(state_of, a_unit_whose_stack_is_written_to_fails_the_check) {
  if (running_under_address_sanitizer) GTEST_SKIP() << "AddressSanitizer ends who looks for it there";
  static memory_values const of_unit_0(0);
  std::memcpy(damages_the_stack::held.data(), &of_unit_0, sizeof of_unit_0);
  recorded_measurement recorded;
  keep_states<faulty_turns<damages_the_stack>>(recorded);
  ASSERT_TRUE(damages_the_stack::damaged);
  EXPECT_FALSE(recorded.check_holds());
}

/// What a unit holds becomes another unit's.
TEST(state_of, a_unit_that_takes_itself_for_another_fails_the_check) {
  recorded_measurement recorded;
  runtime::shared_object<state_log> log(state_holders, turns_each);
  for (unsigned index : {0u, 1u, 1u, 3u}) state_keeping::keep(*log, index, [] {});
  report_states(*log, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(register_values, differ_in_their_checksum_when_any_of_them_does) {
  auto const whole = register_values::of(5);
  for (auto const member : {&register_values::a, &register_values::b, &register_values::c, &register_values::d,
                            &register_values::e, &register_values::f, &register_values::g, &register_values::h}) {
    auto damaged = whole;
    damaged.*member ^= 1;
    EXPECT_NE(damaged.checksum(), whole.checksum());
  }
  for (auto const member : {&register_values::i, &register_values::j, &register_values::k, &register_values::l,
                            &register_values::m, &register_values::n, &register_values::o, &register_values::p}) {
    auto damaged = whole;
    damaged.*member += 1;
    EXPECT_NE(damaged.checksum(), whole.checksum());
  }
}

TEST(register_values, are_other_ones_in_each_turn_of_each_unit) {
  EXPECT_NE(register_values::of(1).checksum(), register_values::of(2).checksum());
  EXPECT_NE(register_values::of(1).checksum(), register_values::of(std::uint64_t{1} << 32 | 1).checksum());
}

TEST(memory_values, differ_in_their_checksum_when_any_byte_does) {
  memory_values const whole(3);
  constexpr std::size_t used_bytes = 16 * 8 + 16 + sizeof(unsigned);
  for (std::size_t at = 0; at < used_bytes; ++at) {
    memory_values damaged = whole;
    reinterpret_cast<unsigned char*>(&damaged)[at] ^= 1;
    EXPECT_NE(damaged.checksum(), whole.checksum()) << at;
  }
}

TEST(memory_values, change_with_each_step) {
  memory_values walking(3);
  auto const before = walking.checksum();
  walking.advance();
  EXPECT_NE(walking.checksum(), before);
}

TEST(add_state_cases, skip_with_a_reason_models_whose_units_are_never_suspended) {
  harness::registry all({{1, 2}});
  add_state_cases<models::serial>(all);
  add_state_cases<models::thread_pool>(all);
  add_state_cases<models::process_pool>(all);
  add_state_cases<models::std_thread>(all);
  add_state_cases<models::stackful>(all);
  std::set<std::string> const suspended{"std_thread", "stackful"};
  for (auto const& one : all.cases()) {
    EXPECT_EQ(suspended.contains(one.model), one.skip_reason.empty()) << one.name();
  }
}

}  // namespace
}  // namespace unitcost::measures
