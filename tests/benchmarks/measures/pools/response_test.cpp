#include "benchmarks/measures/pools/response.hpp"

#include <gtest/gtest.h>

#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

template <class Model>
class a_model_that_answers : public testing::Test {};
using answering_models =
    testing::Types<models::process, models::std_thread, models::std_async, models::thread_pool, models::process_pool,
                   models::asio_pool, models::boost_fiber, models::stackful, models::stackless>;
TYPED_TEST_SUITE(a_model_that_answers, answering_models);

TYPED_TEST(a_model_that_answers, runs_each_request_once_and_not_before_it_is_due) {
  recorded_measurement recorded(2);
  planned_tasks requests({0, 100'000, 200'000, 200'000}, task_work{.iterations = 100});
  unsigned const workers = takes_turns<TypeParam>() ? 1 : 2;
  answer_requests<TypeParam>({.workers = workers, .cpus = {}}, requests);
  requests.check(recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  for (double wait_ns : requests.waits_ns()) EXPECT_GE(wait_ns, 0);
}

TEST(requests_of_a_repetition, are_those_of_its_number) {
  harness::record out;
  auto const of = [&out](unsigned repetition) {
    return requests_of(harness::measurement(out, {.repetition = repetition, .seed = 7, .cpus = {}}));
  };
  EXPECT_EQ(of(1), of(1));
  EXPECT_NE(of(1), of(2));
}

}  // namespace
}  // namespace unitcost::measures
