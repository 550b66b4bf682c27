#include "impl/runtime/unit_mutex.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace unitcost::runtime {
namespace {

/// A unit whose scheduler is a script: `park` does what the others would do meanwhile.
struct waiting_unit {
  std::string name;
  std::vector<std::string>* told;
  void (*meanwhile)(waiting_unit&) = nullptr;

  void park() {
    told->push_back(name + " parks");
    if (meanwhile != nullptr) meanwhile(*this);
  }
  void wake(waiting_unit& parked) { told->push_back(name + " wakes " + parked.name); }
};

class unit_mutex_of : public ::testing::Test {
 protected:
  std::vector<std::string> told_;
  waiting_unit first_{"first", &told_}, second_{"second", &told_}, third_{"third", &told_};
  inline static unit_mutex<waiting_unit>* used;
  inline static waiting_unit* holder;
  inline static waiting_unit* next_to_come;
};

TEST_F(unit_mutex_of, units_switches_for_nobody_while_nobody_else_wants_it) {
  unit_mutex<waiting_unit> only;
  for (waiting_unit* unit : {&first_, &second_, &first_}) {
    only.lock(*unit);
    only.unlock(*unit);
  }
  EXPECT_TRUE(told_.empty());
}

TEST_F(unit_mutex_of, units_parks_who_comes_second_until_it_is_handed_over) {
  unit_mutex<waiting_unit> only;
  used = &only;
  holder = &first_;
  second_.meanwhile = [](waiting_unit&) { used->unlock(*holder); };
  only.lock(first_);
  only.lock(second_);
  EXPECT_EQ(told_, (std::vector<std::string>{"second parks", "first wakes second"}));
  only.unlock(second_);
  only.lock(first_);
  EXPECT_EQ(told_.size(), 2u) << "it was free";
}

TEST_F(unit_mutex_of, units_does_not_let_go_on_who_was_resumed_by_somebody_else) {
  unit_mutex<waiting_unit> only;
  used = &only;
  holder = &first_;
  second_.meanwhile = [](waiting_unit& unit) { unit.meanwhile = [](waiting_unit&) { used->unlock(*holder); }; };
  only.lock(first_);
  only.lock(second_);
  EXPECT_EQ(told_, (std::vector<std::string>{"second parks", "second parks", "first wakes second"}));
}

TEST_F(unit_mutex_of, units_is_had_in_the_order_in_which_they_came) {
  unit_mutex<waiting_unit> only;
  used = &only;
  holder = &first_;
  next_to_come = &third_;
  // The third comes while the second waits, and only then the first unlocks; the second does so where it is in line.
  second_.meanwhile = [](waiting_unit&) { used->lock(*next_to_come); };
  third_.meanwhile = [](waiting_unit& unit) {
    used->unlock(*holder);
    unit.meanwhile = nullptr;
    unit.told->push_back("the second has it");
    used->unlock(*holder);  // for the second, which cannot run until this script returns
  };
  only.lock(first_);
  only.lock(second_);
  EXPECT_EQ(told_, (std::vector<std::string>{"second parks", "third parks", "first wakes second", "the second has it",
                                             "first wakes third"}));
}

}  // namespace
}  // namespace unitcost::runtime
