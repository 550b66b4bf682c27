#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "benchmarks/measures/units/handle_leaving.hpp"
#include "benchmarks/measures/units/handle_time_out.hpp"
#include "benchmarks/measures/units/handle_verbs.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/units/faulty_handles.hpp"

namespace unitcost::measures {
namespace {

using test::faulty_handles, test::recorded_measurement, test::sound_handle;

/// For whom a fault keeps waiting: a quarter of it is the measure's patience.
constexpr double short_time_limit_s = 0.4;

template <class Model>
bool verb_holds(handle_verb which, std::uint64_t times) {
  recorded_measurement recorded;
  runtime::shared_object<verb_log> log(which, times);
  run_starter<using_verbs, Model>({.workers = 1, .cpus = {}}, *log);
  check_verb(*log, recorded.given);
  return recorded.check_holds();
}

TEST(handle, of_every_model_that_has_one_answers_right_at_each_verb) {
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (holds_units<Model>()) {
      SCOPED_TRACE(Model::name);
      for (handle_verb const which : every_handle_verb) {
        if (which != handle_verb::name || has_identity<Model>()) {
          EXPECT_TRUE(verb_holds<Model>(which, 10));
        }
      }
    }
  });
}

TEST(handle, of_every_model_that_has_one_ends_the_wait_and_not_the_unit_at_a_time_out) {
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (holds_units<Model>()) {
      SCOPED_TRACE(Model::name);
      recorded_measurement recorded;
      measure_time_out<Model>(3, recorded.given);
      EXPECT_TRUE(recorded.check_holds());
      EXPECT_EQ(recorded.metric("unit_goes_on").value, 1);
      EXPECT_GE(recorded.metric("wait_ns").value, time_out_log::limit_ns);
      EXPECT_EQ(recorded.metric("lateness_ns").value, recorded.metric("wait_ns").value - time_out_log::limit_ns);
    }
  });
}

TEST(handle, of_every_model_that_has_one_keeps_the_main_unit_for_its_unit_and_not_for_its_daemon) {
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (holds_units<Model>()) {
      SCOPED_TRACE(Model::name);
      recorded_measurement recorded;
      measure_leaving<Model>(recorded.given);
      EXPECT_TRUE(recorded.check_holds());
      EXPECT_EQ(recorded.metric("unit_is_waited_for").value, 1);
      EXPECT_EQ(recorded.metric("unit_goes_on").value, 1);
      if (why_no_daemon<Model>().empty()) {
        EXPECT_EQ(recorded.metric("daemon_is_waited_for").value, 0);
        EXPECT_EQ(recorded.metric("daemon_goes_on").value, 0);
      } else {
        EXPECT_EQ(recorded.out.notes, std::vector<std::string>{std::string(why_no_daemon<Model>())});
      }
    }
  });
}

TEST(handle, has_its_prices_from_loops_of_its_own) {
  recorded_measurement recorded;
  measure_handle_verbs<models::stackful>(recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  for (std::string_view const price : {"start_join_ns", "start_join_within_ns", "alive_ns", "name_ns"})
    EXPECT_GT(recorded.metric(price).value, 0) << price;
}

TEST(handle, without_a_name_has_no_price_for_it) {
  recorded_measurement recorded;
  measure_handle_verbs<models::thread_pool>(recorded.given);
  EXPECT_GT(recorded.metric("alive_ns").value, 0);
  EXPECT_THROW(static_cast<void>(recorded.metric("name_ns")), std::out_of_range);
}

TEST(handle, of_the_model_that_faults_are_planted_in_is_sound_without_one) {
  using sound = faulty_handles<sound_handle>;
  for (handle_verb const which : every_handle_verb) EXPECT_TRUE(verb_holds<sound>(which, 10));
  recorded_measurement recorded;
  measure_time_out<sound>(3, recorded.given);
  measure_leaving<sound>(recorded.given);
  EXPECT_TRUE(recorded.check_holds());
}

struct joins_before_the_end : sound_handle {
  static void join(real_handle&) {}
  static bool join_within(real_handle&, std::int64_t) { return true; }
};

TEST(handle, whose_join_returns_before_the_end_fails_the_check) {
  using faulty = faulty_handles<joins_before_the_end>;
  EXPECT_FALSE(verb_holds<faulty>(handle_verb::join, 10));
  EXPECT_FALSE(verb_holds<faulty>(handle_verb::join_within, 10));
}

struct alive_after_the_end : sound_handle {
  static bool alive(real_handle&) { return true; }
};

TEST(handle, that_says_alive_after_the_end_fails_the_check) {
  using faulty = faulty_handles<alive_after_the_end>;
  EXPECT_FALSE(verb_holds<faulty>(handle_verb::join, 10));
  recorded_measurement recorded;
  measure_time_out<faulty>(3, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

struct dead_while_it_lives : sound_handle {
  static bool alive(real_handle&) { return false; }
};

TEST(handle, that_says_dead_while_its_unit_works_fails_the_check) {
  using faulty = faulty_handles<dead_while_it_lives>;
  EXPECT_FALSE(verb_holds<faulty>(handle_verb::alive, 10));
  recorded_measurement recorded;
  measure_time_out<faulty>(3, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

struct bears_another_name : sound_handle {
  static std::string_view name(real_handle const&) { return "another"; }
};

TEST(handle, that_bears_another_name_fails_the_check) {
  EXPECT_FALSE(verb_holds<faulty_handles<bears_another_name>>(handle_verb::name, 10));
}

/// As the notes have it: the time-out is the longest time that the unit runs.
struct ends_the_unit_at_a_time_out : sound_handle {
  inline static time_out_log* log = nullptr;

  static bool join_within(real_handle& held, std::int64_t limit_ns) {
    if (held.join_within(limit_ns)) return true;
    log->told_to_end = true;
    held.join();
    return false;
  }
};

TEST(handle, whose_time_out_ends_the_unit_fails_the_check) {
  recorded_measurement recorded(1, short_time_limit_s);
  runtime::shared_object<time_out_log> log(3u, recorded.given.patience_ns());
  ends_the_unit_at_a_time_out::log = &*log;
  run_starter<timing_out, faulty_handles<ends_the_unit_at_a_time_out>>({.workers = 1, .cpus = {}}, *log);
  report_time_outs(*log, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("unit_goes_on").value, 0);
}

struct never_ends_a_wait : sound_handle {
  static bool join_within(real_handle& held, std::int64_t limit_ns) {
    static_cast<void>(held.join_within(limit_ns));
    return true;
  }
};

TEST(handle, that_calls_a_time_out_an_end_fails_the_check) {
  recorded_measurement recorded(1, short_time_limit_s);
  measure_time_out<faulty_handles<never_ends_a_wait>>(3, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

struct waits_for_daemons : sound_handle {
  static bool daemon(bool) { return false; }
};

TEST(handle, whose_daemon_is_waited_for_fails_the_check) {
  recorded_measurement recorded(1, short_time_limit_s);
  measure_leaving<faulty_handles<waits_for_daemons>>(recorded.given);
  EXPECT_FALSE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("unit_is_waited_for").value, 1);
  EXPECT_EQ(recorded.metric("daemon_is_waited_for").value, 1);
}

struct leaves_units_behind : sound_handle {
  static bool daemon(bool) { return true; }
};

TEST(handle, whose_unit_is_not_waited_for_fails_the_check) {
  recorded_measurement recorded(1, short_time_limit_s);
  measure_leaving<faulty_handles<leaves_units_behind>>(recorded.given);
  EXPECT_FALSE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("unit_is_waited_for").value, 0);
  EXPECT_EQ(recorded.metric("daemon_is_waited_for").value, 0);
}

/// A main unit that starts a process and does not hold it: what a daemon must not be.
TEST(observe_departure, sees_a_unit_that_goes_on_when_the_main_one_has_ended) {
  runtime::shared_object<leaving_log> log(true);
  runtime::shared_object<processes::shared_failure> failure;
  auto ends = runtime::open_pipe();
  processes::held_process main_process(*failure, {.name = "main", .daemon = true}, [&] {
    processes::fork_child(*failure, [&] {
      for (; log->has_to_step(); runtime::sleep_until(runtime::now_ns() + leaving_log::step_ns)) log->step();
    });
    while (log->steps == 0) runtime::sleep_until(runtime::now_ns() + leaving_log::step_ns);
    log->main_left = true;
  });
  ends.writing.reset();
  recorded_measurement recorded;
  auto const seen = observe_departure(main_process, ends.reading, *log, recorded.given.patience_ns());
  EXPECT_TRUE(seen.begun);
  EXPECT_FALSE(seen.waited_for);
  EXPECT_TRUE(seen.works_on);
  EXPECT_TRUE(seen.outlives_main);
  report_departure(seen, true, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("daemon_goes_on").value, 1);
}

TEST(report_departure, tells_a_unit_that_never_began_from_one_that_was_ended) {
  for (bool const daemon : {false, true}) {
    recorded_measurement recorded;
    report_departure({.begun = false, .works_on = !daemon, .waited_for = !daemon}, daemon, recorded.given);
    EXPECT_FALSE(recorded.check_holds());
  }
}

TEST(report_time_outs, takes_the_median_wait) {
  time_out_log log(3, 0);
  log.waited_ns[0] = 2'500'000;
  log.waited_ns[1] = 2'100'000;
  log.waited_ns[2] = 9'000'000;
  log.waits_ended = log.alive = log.went_on = 3;
  log.ended_when_joined = 1;
  recorded_measurement recorded;
  report_time_outs(log, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("wait_ns").value, 2'500'000);
  EXPECT_EQ(recorded.metric("lateness_ns").value, 500'000);
}

TEST(handle_cases, skip_with_a_reason_models_whose_units_nobody_can_hold) {
  harness::registry all({{1, 2}});
  add_time_out_cases<models::serial>(all);
  add_time_out_cases<models::openmp>(all);
  add_time_out_cases<models::process_pool>(all);
  add_time_out_cases<models::thread_pool>(all);
  add_time_out_cases<models::process>(all);
  for (auto const& one : all.cases()) {
    bool const held = one.model == "thread_pool" || one.model == "process";
    EXPECT_EQ(held, one.skip_reason.empty()) << one.name();
    EXPECT_GE(held ? 15u : one.skip_reason.size(), 15u) << one.name();
  }
}

}  // namespace
}  // namespace unitcost::measures
