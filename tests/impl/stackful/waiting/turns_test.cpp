// What units of stackful do to each other by name: park, wake and transfer_to.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "impl/stackful/stackful.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::models {
namespace {

stackful::options with_room() {
  auto options = stackful::variants().front().options;
  if (sanitizer_divisor != 1) options.bytes = 256 * 1024;  // instrumented frames are larger
  return options;
}

/// Runs two units on one worker, the second of which begins when the first is parked.
template <class First, class Second>
void run_pair(First first, Second second) {
  stackful one_worker(with_room(), {.workers = 1, .cpus = {}});
  one_worker.run([&](stackful::context& root) {
    bool ended[2]{};
    stackful::context* parked = nullptr;
    stackful::context::scope children(root);
    children.spawn(ended[0], [&parked, first](stackful::context& unit) {
      parked = &unit;
      first(unit);
      return true;
    });
    while (parked == nullptr) root.give_turn();
    children.spawn(ended[1], [&parked, second](stackful::context& unit) {
      second(unit, *parked);
      return true;
    });
    children.join();
    EXPECT_TRUE(ended[0] && ended[1]);
    return true;
  });
}

TEST(stackful_turns, a_parked_unit_runs_no_sooner_than_it_is_woken) {
  static std::string told;
  told.clear();
  run_pair(
      [](stackful::context& unit) {
        told += "parks ";
        unit.park();
        told += "goes on ";
      },
      [](stackful::context& unit, stackful::context& parked) {
        unit.give_turn();
        told += "wakes ";
        unit.wake(parked);
        told += "ends ";
      });
  EXPECT_EQ(told, "parks wakes ends goes on ");
}

TEST(stackful_turns, woken_units_go_on_in_the_order_in_which_they_were_woken_when_their_waker_gives_its_turn) {
  static std::string told;
  static std::vector<stackful::context*> parked;
  told.clear();
  parked.clear();
  stackful::run_on_caller(with_room(), {.workers = 1, .cpus = {}}, [](stackful::context& root) {
    stackful::context::scope children(root);
    char done[3] = {};
    for (char& each : done)
      children.spawn(each, [name = static_cast<char>('a' + (&each - done))](stackful::context& unit) {
        parked.push_back(&unit);
        unit.park();
        return told += name, name;
      });
    while (parked.size() < 3) root.give_turn();
    for (stackful::context* const each : parked) root.wake(*each);
    root.give_turn();
    told += " then the root";
    children.join();
  });
  EXPECT_EQ(told, "abc then the root");
}

TEST(stackful_turns, a_transfer_runs_the_named_unit_at_once_and_parks_who_made_it) {
  static std::string told;
  static stackful::context* leader;
  told.clear();
  run_pair(
      [](stackful::context& unit) {
        unit.park();
        told += "named ";
        unit.wake(*leader);
        told += "ends ";
      },
      [](stackful::context& unit, stackful::context& parked) {
        leader = &unit;
        told += "transfers ";
        unit.transfer_to(parked);
        told += "is back ";
      });
  EXPECT_EQ(told, "transfers named ends is back ");
}

}  // namespace
}  // namespace unitcost::models
