// How units converse that cannot wait without their worker: pools'. A loop waits for all their descriptors and hands
// those that are ready to tasks, each of which does what can be done now; when all are done it waits again.
//
// The loop is a task itself, and joins the others: so its worker takes part in what it hands out. No two tasks ever
// serve the same unit at once, since the loop does not wait for events while tasks are under way.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/epoll_set.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"
#include "impl/runtime/stream.hpp"

namespace unitcost::measures {

/// Which units have something to do. Edge-triggered: who is told of must read until it is drained.
class ready_units {
 public:
  explicit ready_units(std::size_t units) : has_hung_up_(units), is_told_(units), is_forgotten_(units) {}

  /// Throws std::system_error where the descriptor cannot be waited for.
  void watch(int descriptor, std::uint32_t unit);

  void forget(std::uint32_t unit) { is_forgotten_[unit] = true; }

  /// Blocks until there are some; valid until the next call. Each is told once, however many of its descriptors are
  /// ready.
  std::span<std::uint32_t const> wait();
  /// No event of that unit comes any more: a read that falls short does not tell that its stream is drained.
  bool has_hung_up(std::uint32_t unit) const { return has_hung_up_[unit]; }

 private:
  runtime::epoll_set epoll_;
  std::vector<bool> has_hung_up_;
  std::vector<bool> is_told_;
  std::vector<bool> is_forgotten_;
  std::vector<std::uint32_t> told_;
};

/// The calls of a task that serves a unit which is ready.
struct calls_while_ready {
  bool has_hung_up;
  bool is_drained = false;

  runtime::transferred read_some(runtime::stream& from, std::span<std::byte> into) {
    if (is_drained) return -EAGAIN;
    auto const count = runtime::read_some(from.descriptor(), into);
    is_drained = !has_hung_up && count < static_cast<runtime::transferred>(into.size());
    return count;
  }
  runtime::transferred write_some(runtime::stream& to, std::span<std::byte const> from) {
    return runtime::write_some(to.descriptor(), from);
  }
};

/// A run whose units begin when somebody comes in: by `door()`, a listening descriptor, non-blocking. `admit(unit,
/// socket)` takes the connection of a unit, which opener_for opens from then on; `dismiss(unit)` closes it when its
/// part is over.
template <class Run>
concept has_door = requires(Run& all, std::uint32_t unit, runtime::owned_descriptor socket) {
  { all.door() } -> std::same_as<int>;
  all.admit(unit, std::move(socket));
  all.dismiss(unit);
};

/// Throws what accept failed with: also where the door was shut while somebody was still due.
int accepted(runtime::transferred result);

/// What the loop and its tasks share, in memory that forked workers have mapped too. `Part` is what a unit does:
///
///   Part(Run&, unit, room);                               // a room of as many bytes as
///   static std::size_t room_for(Run&, unit);              // says
///   bool go_on(calls_while_ready, Streams&);              // false: it has come to its end
///
/// Of `Run` see conversing_by_part.
template <class Part, class Run>
struct readiness_table {
  readiness_table(Run& run, std::uint32_t count)
      : all(run), units(count), parts(count), room_bytes(room_of_longest(run, count)), rooms(count * room_bytes) {}

  /// Before a unit is served.
  void begin(std::uint32_t unit) {
    std::span const room(rooms.begin(), rooms.end());
    parts[unit].emplace(all, unit, room.subspan(unit * room_bytes, room_bytes));
  }

  static std::size_t room_of_longest(Run& run, std::uint32_t count) {
    std::size_t longest = 0;
    for (std::uint32_t unit = 0; unit < count; ++unit) longest = std::max(longest, Part::room_for(run, unit));
    return longest;
  }

  /// A task. False: the unit's part has come to its end.
  bool serve(std::uint32_t unit, bool has_hung_up) {
    auto ends = all.opener_for(unit)();
    return parts[unit]->go_on(calls_while_ready{has_hung_up}, ends);
  }

  Run& all;
  std::uint32_t units;
  runtime::shared_array<std::optional<Part>> parts;
  std::size_t room_bytes;
  runtime::shared_array<std::byte> rooms;
};

/// The loop, as the root unit of a model.
template <class Context, class Table>
class readiness_loop {
 public:
  readiness_loop(Context& self, Table& table)
      : self_(self), table_(table), ready_(table.units + 1), goes_on_(table.units), open_(table.units) {}

  std::uint64_t run() {
    if constexpr (comes_in)
      ready_.watch(door_ = table_.all.door(), door_mark());
    else
      serve(everyone());
    while (open_ > 0) serve(ready_.wait());
    return table_.units;
  }

 private:
  static constexpr bool comes_in = has_door<std::remove_reference_t<decltype(std::declval<Table&>().all)>>;

  /// What the door is known by where units are.
  std::uint32_t door_mark() const { return table_.units; }

  /// All units are asked once in the beginning: some have to speak first.
  std::vector<std::uint32_t> everyone() {
    std::vector<std::uint32_t> all(table_.units);
    std::iota(all.begin(), all.end(), std::uint32_t{0});
    for (std::uint32_t const unit : all) begin(unit);
    return all;
  }
  /// `told`, without the door: who has come in there is told of like all others, by what it has to say.
  std::span<std::uint32_t const> admit_from(std::span<std::uint32_t const> told) {
    present_.clear();
    for (std::uint32_t const unit : told) unit == door_mark() ? admit_all() : present_.push_back(unit);
    return present_;
  }
  void admit_all() {
    for (; next_ < table_.units; ++next_) {
      auto const socket = runtime::accept_one(door_, SOCK_NONBLOCK);
      if (socket == -EAGAIN) return;
      table_.all.admit(next_, runtime::owned_descriptor(accepted(socket)));
      begin(next_);
    }
  }

  void begin(std::uint32_t unit) {
    table_.begin(unit);
    auto ends = table_.all.opener_for(unit)();
    ready_.watch(ends.in.descriptor(), unit);
    if (&ends.in != &ends.out) ready_.watch(ends.out.descriptor(), unit);
  }

  void serve(std::span<std::uint32_t const> told) {
    if constexpr (comes_in) told = admit_from(told);
    typename Context::scope tasks(self_);
    for (std::uint32_t const unit : told)
      tasks.spawn(goes_on_[unit], [table = &table_, unit, has_hung_up = ready_.has_hung_up(unit)](Context&) {
        return static_cast<std::uint8_t>(table->serve(unit, has_hung_up));
      });
    tasks.join();
    for (std::uint32_t const unit : told) {
      if (goes_on_[unit] != 0) continue;
      ready_.forget(unit);
      if constexpr (comes_in) table_.all.dismiss(unit);
      --open_;
    }
  }

  Context& self_;
  Table& table_;
  ready_units ready_;
  std::vector<std::uint8_t> goes_on_;  // bytes: tasks write to neighbours at the same time
  std::uint32_t open_;                 // units whose part is not over, whether it has begun or not
  std::uint32_t next_ = 0;             // who comes in next
  int door_ = -1;
  std::vector<std::uint32_t> present_;  // whom admit_from tells of
};

/// Runs the parts of `units` units of a model whose units cannot wait without their worker.
template <class Part, class Model, class Run>
void converse_by_readiness(typename Model::options const& options, placement const& where, std::uint32_t units,
                           Run& all) {
  using context = typename Model::context;
  runtime::shared_object<readiness_table<Part, Run>> const table(all, units);
  Model instance(options, where);
  instance.run([shared = &*table](context& root) { return readiness_loop(root, *shared).run(); });
}

}  // namespace unitcost::measures
