// What impl/model.hpp promises, of every model of the list. What only one of them promises stands in its own test. Longer
// than other files: it is one suite, compiled once for each model, and a second file would compile all models again.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "impl/all.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"
#include "tests/impl/arrival_checksum.hpp"
#include "tests/impl/contract_graphs.hpp"
#include "tests/sanitizers.hpp"
#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost {
namespace {

using contract_graphs::awaited_value;
using contract_graphs::run_fib;
using contract_graphs::run_flat;
using contract_graphs::run_tree;
using contract_graphs::value_of;
using workloads::fib;

template <class Model>
constexpr bool runs_units = !std::is_same_v<Model, models::null> && !std::is_same_v<Model, models::boost_context> &&
                            !std::is_same_v<Model, models::asio>;
/// Below the root, too: tasks of asio_pool spawn nothing.
template <class Model>
constexpr bool units_fork = runs_units<Model> && !requires { Model::why_no_unit_forks; };
template <class Model>
constexpr bool makes_units = runs_units<Model> && !std::is_same_v<Model, models::serial>;
template <class Model>
constexpr bool units_wait = Model::idle_unit_count > 0;
/// Contexts of Boost.Context hand over and have no gate to wait at.
template <class Model>
constexpr bool units_hand_over = units_wait<Model> || std::is_same_v<Model, models::boost_context>;
/// Units of asio wait in their turns, which its own tests run, and have no gate to wait at.
template <class Model>
constexpr bool units_are_declared = units_wait<Model> || std::is_same_v<Model, models::asio>;
template <class Model>
constexpr bool is_library_without_tsan = std::is_same_v<Model, models::tbb> || std::is_same_v<Model, models::openmp> ||
                                         std::is_same_v<Model, models::boost_fiber>;

/// Rings and idle units of these need a thread of the library's beside the caller.
template <class Model>
constexpr bool waits_in_library_threads = std::is_same_v<Model, models::tbb> || std::is_same_v<Model, models::openmp>;

#define SKIP_LIBRARY_THREADS_UNDER_TSAN()                                                               \
  if (running_under_thread_sanitizer && waits_in_library_threads<TypeParam>)                            \
  GTEST_SKIP() << "Debian's oneTBB and OpenMP runtimes are not built with TSan: it would report races " \
                  "that the library's atomics order"

/// The variants that a test tries. Not those of process whose unit is a program, or whose parent holds much memory, nor
/// those of stackful whose units can only wait.
template <class Model>
std::vector<variant<typename Model::options>> tried_variants() {
  auto tried = Model::variants();
  if constexpr (std::is_same_v<Model, models::process>) tried.resize(1);
  if constexpr (std::is_same_v<Model, models::stackful>)
    std::erase_if(tried, [](auto const& each) { return each.options.bytes < 4096; });
  if constexpr (std::is_same_v<Model, models::stackful> && sanitizer_divisor != 1)
    for (auto& each : tried)  // instrumented frames are larger
      each.options.bytes = std::max(each.options.bytes, std::size_t{256} << 10);
  return tried;
}

/// The default.
template <class Model>
typename Model::options usual() {
  return tried_variants<Model>().front().options;
}

/// How many workers a test tries: more than one of a library that TSan cannot follow makes it report false races.
template <class Model>
std::vector<unsigned> tried_workers() {
  if (running_under_thread_sanitizer && is_library_without_tsan<Model>) return {1};
  return {1, 2, 4};
}

template <class Model>
class every_model : public testing::Test {
 protected:
  /// No test leaves a coroutine's frame.
  void TearDown() override {
    if constexpr (std::is_same_v<Model, models::stackless>) {
      EXPECT_EQ(stackless_runtime::frames_alive(), 0u);
    }
  }
};

template <class List>
struct as_types;
template <class... Models>
struct as_types<model_list<Models...>> {
  using type = testing::Types<Models...>;
};
struct model_names {
  template <class Model>
  static std::string GetName(int) {
    return std::string(Model::name);
  }
};
TYPED_TEST_SUITE(every_model, as_types<all_models>::type, model_names);

// What it says of itself.

TEST(model_list, names_each_model_once) {
  std::set<std::string_view> names;
  std::size_t models = 0;
  for_each_model(all_models{}, [&]<class Model>() {
    names.insert(Model::name);
    ++models;
  });
  EXPECT_EQ(names.size(), models);
  EXPECT_FALSE(names.contains(""));
}

TYPED_TEST(every_model, has_variants_with_distinct_labels_and_options_of_their_own_accord) {
  auto const variants = TypeParam::variants();
  ASSERT_FALSE(variants.empty());
  std::set<std::string> labels;
  for (auto const& each : variants) labels.insert(each.label);
  EXPECT_EQ(labels.size(), variants.size());
  [[maybe_unused]] typename TypeParam::options const unasked{};
}

TYPED_TEST(every_model, declares_room_for_the_units_that_footprint_asks_for) {
  for (auto const& each : TypeParam::variants())
    EXPECT_EQ(TypeParam::unit_limit(each.options) > 0, units_are_declared<TypeParam>) << each.label;
  EXPECT_EQ(TypeParam::unit_limit(TypeParam::variants().front().options) > TypeParam::idle_unit_count,
            units_are_declared<TypeParam>);
  EXPECT_EQ(TypeParam::handovers().empty(), !units_hand_over<TypeParam>);
}

// Fork and join.

TYPED_TEST(every_model, gives_the_roots_answer) {
  TypeParam model(usual<TypeParam>(), {});
  if constexpr (direct_model<TypeParam>)
    EXPECT_EQ(model.run([](typename TypeParam::context&) { return 42; }), 42);
  else
    EXPECT_EQ(model.run(awaited_value<TypeParam>(42)), value_of(42));
}

TYPED_TEST(every_model, computes_again_and_again_what_the_oracle_says_on_any_number_of_workers) {
  if (!units_fork<TypeParam>) GTEST_SKIP() << "its units never run, or fork none";
  fib::parameters const in{.n = 10, .spawn_depth = 3};
  for (unsigned const workers : tried_workers<TypeParam>()) {
    TypeParam model(usual<TypeParam>(), {.workers = workers, .cpus = runtime::allowed_cpus()});
    for (int run = 0; run < 3; ++run) EXPECT_EQ(run_fib(model, in), fib::oracle(in)) << workers << " workers";
  }
}

TYPED_TEST(every_model, computes_what_the_oracle_says_in_each_variant) {
  if (!units_fork<TypeParam>) GTEST_SKIP() << "its units never run, or fork none";
  fib::parameters const in{.n = 9, .spawn_depth = 2};
  for (auto const& way : tried_variants<TypeParam>()) {
    TypeParam model(way.options, {});
    EXPECT_EQ(run_fib(model, in), fib::oracle(in)) << way.label;
  }
}

TYPED_TEST(every_model, joins_scopes_inside_and_below_each_other) {
  if (!units_fork<TypeParam>) GTEST_SKIP() << "its units never run, or fork none";
  for (unsigned const workers : tried_workers<TypeParam>()) {
    TypeParam model(usual<TypeParam>(), {.workers = workers, .cpus = {}});
    EXPECT_EQ(run_tree(model, 3), 27u) << workers << " workers";
  }
}

TYPED_TEST(every_model, shows_after_the_join_the_result_of_each_of_many_units_and_has_made_them) {
  if (!runs_units<TypeParam>) GTEST_SKIP() << "its units never run";
  std::uint64_t const many = test_units(256);
  for (unsigned const workers : tried_workers<TypeParam>()) {
    TypeParam model(usual<TypeParam>(), {.workers = workers, .cpus = {}});
    for (std::uint64_t const units : {many, std::uint64_t{3}, std::uint64_t{0}}) {
      EXPECT_EQ(run_flat(model, units), 0u) << units << " units on " << workers << " workers";
      // Whether the root is a unit of its own, is the model's to say; it is counted anew in each run.
      EXPECT_LE(model.units_made(), makes_units<TypeParam> ? units + 1 : 0);
      EXPECT_GE(model.units_made(), makes_units<TypeParam> ? units : 0);
    }
  }
}

TYPED_TEST(every_model, shows_its_parent_what_a_unit_wrote_where_it_declares_to_share_memory) {
  if constexpr (TypeParam::abilities.shares_memory && direct_model<TypeParam> && runs_units<TypeParam>) {
    using context = typename TypeParam::context;
    TypeParam model(usual<TypeParam>(), {});
    bool const seen = model.run([](context& root) {
      bool written = false, result = false;
      typename context::scope children(root);
      children.spawn(result, [&written](context&) { return written = true; });
      children.join();
      return written;
    });
    EXPECT_TRUE(seen);
  }
}

// Idle units.

void expect_all_arrived(unit_arrivals const& arrivals, std::uint64_t count) {
  EXPECT_EQ(arrivals.count, count);
  EXPECT_EQ(arrivals.checksum, checksum_of_first(count));
}

TYPED_TEST(every_model, keeps_idle_units_alive_that_grow_in_steps_until_they_are_released_once_or_twice) {
  SKIP_LIBRARY_THREADS_UNDER_TSAN();
  if (!units_wait<TypeParam>) GTEST_SKIP() << "its units cannot wait";
  std::uint64_t const limit = test_units(256);
  bool const in_processes = !TypeParam::abilities.shares_memory;
  for (auto const& way : tried_variants<TypeParam>()) {
    SCOPED_TRACE(way.label);
    runtime::shared_object<unit_arrivals> arrivals;
    typename TypeParam::idle units(way.options, *arrivals, limit, 0);
    for (std::uint64_t const count : {limit / 4, limit / 4, limit}) {
      units.grow_to(count);
      expect_all_arrived(*arrivals, count);
      EXPECT_EQ(units.process_ids().size(), in_processes ? count : 0);
    }
    units.release();
    units.release();
    EXPECT_TRUE(units.process_ids().empty());
  }
}

TYPED_TEST(every_model, touches_what_it_is_asked_to_of_a_units_memory_in_the_variants_where_it_fits) {
  SKIP_LIBRARY_THREADS_UNDER_TSAN();
  if (!units_wait<TypeParam>) GTEST_SKIP() << "its units cannot wait";
  bool fits_somewhere = false;
  for (auto const& way : tried_variants<TypeParam>()) {
    runtime::shared_object<unit_arrivals> arrivals;
    try {
      typename TypeParam::idle units(way.options, *arrivals, 4, 64 * 1024);
      units.grow_to(4);
      expect_all_arrived(*arrivals, 4);
      fits_somewhere = true;
    } catch (not_supported const&) {  // its own tests say which stacks are too small
    }
  }
  EXPECT_TRUE(fits_somewhere);
}

TYPED_TEST(every_model, releases_idle_units_when_they_are_destroyed) {
  SKIP_LIBRARY_THREADS_UNDER_TSAN();
  if (!units_wait<TypeParam>) GTEST_SKIP() << "its units cannot wait";
  runtime::shared_object<unit_arrivals> arrivals;
  {
    typename TypeParam::idle units(usual<TypeParam>(), *arrivals, 3, 0);
    units.grow_to(3);
  }
  expect_all_arrived(*arrivals, 3);
}

TYPED_TEST(every_model, can_be_released_before_it_has_grown) {
  SKIP_LIBRARY_THREADS_UNDER_TSAN();
  runtime::shared_object<unit_arrivals> arrivals;
  typename TypeParam::idle units(usual<TypeParam>(), *arrivals, 1, 0);
  units.release();
  EXPECT_TRUE(units.process_ids().empty());
}

TYPED_TEST(every_model, refuses_idle_units_where_its_units_cannot_wait) {
  if (units_wait<TypeParam>) GTEST_SKIP() << "its units can wait";
  runtime::shared_object<unit_arrivals> arrivals;
  typename TypeParam::idle units({}, *arrivals, 1, 0);
  EXPECT_THROW(units.grow_to(1), not_supported);
  EXPECT_NO_THROW(units.release());
}

// Rings.

TYPED_TEST(every_model, makes_each_hand_over_of_a_ring_once_and_in_order) {
  SKIP_LIBRARY_THREADS_UNDER_TSAN();
  if (!units_hand_over<TypeParam>) GTEST_SKIP() << "its units cannot hand over";
  for (auto const& way : tried_variants<TypeParam>())
    for (handover const by : TypeParam::handovers())
      for (unsigned const units : {1u, 2u, 5u, static_cast<unsigned>(test_units(64))}) {
        SCOPED_TRACE(way.label + " by " + std::string(to_string(by)) + ", units " + std::to_string(units));
        ring_shape const ring{.units = units, .rounds = 20, .by = by};
        ring_outcome const went =
            TypeParam::run_ring(way.options, {.workers = 2, .cpus = runtime::allowed_cpus()}, ring);
        EXPECT_EQ(went.switches, units * ring.rounds);
        EXPECT_EQ(went.out_of_order, 0u);
        EXPECT_GT(went.elapsed_ns, 0);
      }
}

TYPED_TEST(every_model, refuses_the_hand_overs_that_it_does_not_offer) {
  auto const offered = TypeParam::handovers();
  for (handover const by :
       {handover::futex, handover::condition_variable, handover::pipe, handover::eventfd, handover::yield,
        handover::transfer, handover::resume, handover::bare, handover::bare_inline}) {
    if (std::find(offered.begin(), offered.end(), by) != offered.end()) continue;
    EXPECT_THROW(TypeParam::run_ring({}, {}, {.units = 2, .rounds = 1, .by = by}), not_supported) << to_string(by);
  }
}

// Turns.

/// Gives its turn away until all have come; false when they never do.
template <class Context>
bool meets(Context& unit, std::atomic<unsigned>& arrived, unsigned units) {
  ++arrived;
  for (int turn = 0; arrived < units && turn < 1'000'000; ++turn) unit.give_turn();
  return arrived == units;
}

TYPED_TEST(every_model, lets_all_others_run_on_its_worker_when_a_unit_gives_its_turn) {
  SKIP_LIBRARY_THREADS_UNDER_TSAN();
  if constexpr (!awaited_model<TypeParam>) {
    if constexpr (turn_giving<typename TypeParam::context>) {
      constexpr unsigned units = 5;
      runtime::shared_object<std::atomic<unsigned>> arrived(0u);
      TypeParam instance(usual<TypeParam>(), {.workers = 1, .cpus = {}});
      bool const all_met = instance.run([all = &*arrived](auto& root) {
        bool met[units]{};
        typename TypeParam::context::scope children(root);
        for (bool& each : met) children.spawn(each, [all](auto& unit) { return meets(unit, *all, units); });
        children.join();
        return std::ranges::all_of(met, [](bool each) { return each; });
      });
      EXPECT_TRUE(all_met);
    }
  }
}

}  // namespace
}  // namespace unitcost
