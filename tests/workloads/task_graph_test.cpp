// What holds for every workload of the list, in both spellings.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <type_traits>
#include <vector>

#include "impl/serial/serial.hpp"
#include "tests/workloads/prepared.hpp"
#include "tests/workloads/test_models.hpp"
#include "workloads/all.hpp"

namespace unitcost::workloads {
namespace {

using test_models::child_runner;
using test_models::deferred_awaited;
using test_models::deferred_direct;
using test_models::fault;
using test_models::prepared;

template <class Workload>
std::vector<typename Workload::parameters> samples();
template <>
std::vector<fib::parameters> samples<fib>() {
  return {{12, every_call}, {12, 3}, {12, 0}, {1, every_call}};
}
template <>
std::vector<skynet::parameters> samples<skynet>() {
  return {{3, every_call}, {3, 2}, {3, 0}, {0, every_call}};
}
template <>
std::vector<nqueens::parameters> samples<nqueens>() {
  return {{6, every_call}, {7, 2}, {7, 0}, {3, every_call}, {1, every_call}};
}
template <>
std::vector<matmul::parameters> samples<matmul>() {
  return {{128, every_call}, {128, 1}, {64, 0}, {32, every_call}};
}
template <>
std::vector<mandelbrot::parameters> samples<mandelbrot>() {
  return {{16, 13, 64, every_call}, {16, 13, 64, 2}, {16, 13, 64, 0}, {5, 1, 9, 3}};
}
template <>
std::vector<brackets::parameters> samples<brackets>() {
  return {{9, 512, every_call}, {9, 512, 2}, {9, 512, 0}, {3, 1, every_call}};
}
template <>
std::vector<grain::parameters> samples<grain>() {
  return {{16, 3, 50}, {64, 2, 0}, {1, 1, 7}, {5, 0, 7}};
}

template <class Workload, class Model>
outcome run_under(typename Workload::input const& in, fault planted = {}) {
  child_runner runner(planted);
  return Model::template run<Workload>(in, runner);
}

template <class Workload, class Model>
child_runner count_children(typename Workload::input const& in) {
  child_runner runner;
  Model::template run<Workload>(in, runner);
  return runner;
}

/// Plants the fault in the first, a middle and the last child, in fresh memory each time.
template <class Workload, class Model>
void expect_noticed(fault::kind what) {
  auto const parameters = samples<Workload>().front();
  SCOPED_TRACE(Workload::label(parameters));
  std::uint64_t const children = count_children<Workload, Model>(prepared<Workload>(parameters).in).children();
  ASSERT_GT(children, 0u);
  for (std::uint64_t const child : std::set<std::uint64_t>{0, children / 2, children - 1}) {
    prepared<Workload> const fresh(parameters);
    EXPECT_FALSE((run_under<Workload, Model>(fresh.in, {what, child}) == Workload::oracle(parameters)))
        << "child " << child << " of " << children;
  }
}

template <class Workload>
class every_cpu_workload : public ::testing::Test {};

template <class List>
struct as_types;
template <class... Workloads>
struct as_types<workload_list<Workloads...>> {
  using type = ::testing::Types<Workloads...>;
};
TYPED_TEST_SUITE(every_cpu_workload, as_types<cpu_workloads>::type);

TYPED_TEST(every_cpu_workload, has_an_input_that_fits_a_closure) {
  using input = typename TypeParam::input;
  EXPECT_TRUE(std::is_trivially_copyable_v<input>);
  EXPECT_LE(sizeof(input), 64u);
}

TYPED_TEST(every_cpu_workload, computes_the_oracles_checksum_serially) {
  for (auto const& parameters : samples<TypeParam>()) {
    prepared<TypeParam> const ready(parameters);
    EXPECT_EQ(TypeParam::serial(ready.in), TypeParam::oracle(parameters).checksum) << TypeParam::label(parameters);
  }
}

TYPED_TEST(every_cpu_workload, gives_the_oracles_outcome_under_the_serial_model) {
  for (auto const& parameters : samples<TypeParam>()) {
    prepared<TypeParam> const ready(parameters);
    models::serial model({}, {});
    auto const root = [in = ready.in](models::serial::context& context) { return TypeParam::direct(context, in); };
    EXPECT_EQ(model.run(root), TypeParam::oracle(parameters)) << TypeParam::label(parameters);
  }
}

TYPED_TEST(every_cpu_workload, needs_no_result_before_the_join_in_the_direct_spelling) {
  for (auto const& parameters : samples<TypeParam>()) {
    prepared<TypeParam> const ready(parameters);
    EXPECT_EQ((run_under<TypeParam, deferred_direct>(ready.in)), TypeParam::oracle(parameters))
        << TypeParam::label(parameters);
  }
}

TYPED_TEST(every_cpu_workload, needs_no_result_before_the_join_in_the_awaited_spelling) {
  for (auto const& parameters : samples<TypeParam>()) {
    prepared<TypeParam> const ready(parameters);
    EXPECT_EQ((run_under<TypeParam, deferred_awaited>(ready.in)), TypeParam::oracle(parameters))
        << TypeParam::label(parameters);
  }
}

TYPED_TEST(every_cpu_workload, makes_as_many_units_as_its_oracle_says) {
  for (auto const& parameters : samples<TypeParam>()) {
    prepared<TypeParam> const ready(parameters);
    auto const counted = count_children<TypeParam, deferred_direct>(ready.in);
    EXPECT_EQ(1 + counted.children(), TypeParam::oracle(parameters).units) << TypeParam::label(parameters);
  }
}

TYPED_TEST(every_cpu_workload, spawns_as_often_in_both_spellings) {
  for (auto const& parameters : samples<TypeParam>()) {
    prepared<TypeParam> const ready(parameters);
    auto const direct = count_children<TypeParam, deferred_direct>(ready.in);
    auto const awaited = count_children<TypeParam, deferred_awaited>(ready.in);
    EXPECT_EQ(direct.spawns(), awaited.spawns()) << TypeParam::label(parameters);
  }
}

TYPED_TEST(every_cpu_workload, can_be_run_again_on_the_same_memory) {
  for (auto const& parameters : samples<TypeParam>()) {
    prepared<TypeParam> const ready(parameters);
    TypeParam::serial(ready.in);
    run_under<TypeParam, deferred_direct>(ready.in);
    EXPECT_EQ((run_under<TypeParam, deferred_awaited>(ready.in)), TypeParam::oracle(parameters))
        << TypeParam::label(parameters);
  }
}

TYPED_TEST(every_cpu_workload, shows_a_lost_unit_in_the_outcome) {
  expect_noticed<TypeParam, deferred_direct>(fault::kind::lose);
  expect_noticed<TypeParam, deferred_awaited>(fault::kind::lose);
}

TYPED_TEST(every_cpu_workload, shows_a_corrupted_result_in_the_outcome) {
  expect_noticed<TypeParam, deferred_direct>(fault::kind::corrupt);
  expect_noticed<TypeParam, deferred_awaited>(fault::kind::corrupt);
}

}  // namespace
}  // namespace unitcost::workloads
