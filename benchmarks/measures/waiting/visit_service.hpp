// What the measures of visits have in common: a server that takes up connections while it runs, and its visitors in a
// process of their own.
//
// Where a unit can wait beside others, one accepts and starts a unit for each connection; a readiness loop accepts by
// itself; and forked workers of a pool, which cannot be handed a connection, each accept their own.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/loopback.hpp"
#include "benchmarks/load/visitors.hpp"
#include "benchmarks/measures/together.hpp"
#include "benchmarks/measures/waiting/conversing_units.hpp"
#include "benchmarks/measures/waiting/readiness_loop.hpp"
#include "impl/model.hpp"
#include "impl/process_pool/task_queue.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/stream.hpp"
#include "workloads/io/halting_conversation.hpp"
#include "workloads/io/visit.hpp"

namespace unitcost::measures {

/// How many connections there are at once.
inline std::uint32_t together(workloads::visit::parameters const& asked) {
  return asked.stay ? asked.visits : asked.at_once;
}

/// Of conversations that nobody times by their rounds.
struct no_observer {
  void round(std::uint64_t) const {}
  void end() const {}
};

/// A connection, closed when its unit's part is over.
struct accepted_streams {
  explicit accepted_streams(int socket) : in(runtime::owned_descriptor(socket)) {}
  runtime::stream in;
  runtime::stream& out = in;
};

/// What one connection's unit leaves behind.
struct taken_up {
  workloads::exchanged done;
};

/// One run, in shared memory.
struct visit_service {
  /// `ports` listeners on one port. Throws limit_reached where there are not enough descriptors.
  visit_service(workloads::visit::parameters const& asked, bool non_blocking, std::uint32_t ports = 1);

  /// For who is about to accept: the first visitor comes no earlier. Returns the listener of the `acceptor`-th.
  load::listener const& open(std::uint32_t acceptor = 0) {
    doors.open();
    return at[acceptor % at.size()];
  }
  /// There will be no units for more visitors: who comes is refused, and all leave; serve_visitors says `why`.
  void break_off(std::string_view why);
  bool is_broken_off() const { return why_broken_off[0] != 0; }
  /// A place in `units`, for a connection that was accepted.
  std::uint32_t take_up() { return taken.fetch_add(1, std::memory_order_relaxed); }

  // For a readiness loop, see has_door.
  int door() { return open().descriptor(); }
  void admit(std::uint32_t unit, runtime::owned_descriptor socket) { connections[unit] = std::move(socket); }
  void dismiss(std::uint32_t unit) { connections[unit].reset(); }
  auto opener_for(unsigned unit) const {
    return [socket = connections[unit].get()] { return socket_streams(socket); };
  }

  workloads::visit::parameters what;
  std::vector<load::listener> at;
  std::vector<runtime::owned_descriptor> connections;  // of a readiness loop's units
  runtime::shared_array<taken_up> units;
  runtime::shared_array<std::int64_t> visit_ns;
  load::visit_log log;
  runtime::futex_gate doors;
  std::atomic<bool> visitors_died{false};  // set before the door is shut for it
  std::array<char, 256> why_broken_off{};
  std::atomic<std::uint32_t> taken{0};  // a count, and nothing else is published by it
};

/// A unit's part: one connection, which it closes.
template <class Calls>
void serve_visitor(Calls calls, int socket, visit_service& all) {
  workloads::converse(
      calls, [socket] { return accepted_streams(socket); }, workloads::visit::part(all.what),
      all.units[all.take_up()].done, no_observer());
}

/// What the unit does that accepts, for run_together.
struct taking_up {
  /// Units that have ended are joined after so many, all under way: else each would leave something behind, a zombie
  /// say, until the last visitor has come.
  static constexpr std::uint32_t most_unjoined = 1000;

  template <class Model>
  static void direct(typename Model::context& unit, visit_service& all, unsigned) {
    runtime::stream door(all.open().descriptor());
    std::uint32_t const at_a_time = all.what.stay ? all.what.visits : std::min(all.what.visits, most_unjoined);
    for (std::uint32_t begun = 0; begun < all.what.visits && !all.is_broken_off();)
      begun += take_up<Model>(unit, door, all, std::min(at_a_time, all.what.visits - begun));
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, visit_service& all, unsigned) {
    runtime::stream door(all.open().descriptor());
    for (std::uint32_t begun = 0; begun < all.what.visits; ++begun) {
      runtime::owned_descriptor visited(accepted(co_await among.accept(door)));
      co_await among.start(workloads::converse_awaited<Model>(
          among, [socket = visited.get()] { return accepted_streams(socket); }, workloads::visit::part(all.what),
          all.units[all.take_up()].done, no_observer()));
      visited.release();  // it is the unit's, which may have closed it
    }
  }

 private:
  template <class Model>
  static std::uint32_t take_up(typename Model::context& unit, runtime::stream& door, visit_service& all,
                               std::uint32_t count) {
    using context = typename Model::context;
    std::vector<std::uint64_t> ended(count);
    typename context::scope visits(unit);
    try {
      for (std::uint64_t& each : ended) {
        runtime::owned_descriptor socket(accepted(calls_of<context>{unit}.accept(door)));
        visits.spawn(each, [run = &all, descriptor = socket.get()](context& visited) {
          serve_visitor(calls_of<context>{visited}, descriptor, *run);
          return std::uint64_t{1};
        });
        if constexpr (Model::abilities.shares_memory) socket.release();  // it is the unit's, which may have closed it
      }
    } catch (limit_reached const& refused) {
      // Not on from here: this is a unit, which some models do not let an exception leave.
      all.break_off(refused.what());
    }
    visits.join();
    return count;
  }
};

/// A connection's part, for a readiness loop.
class visit_part {
 public:
  static std::size_t room_for(visit_service& all, unsigned) {
    return workloads::halting_conversation::room_for(workloads::visit::part(all.what));
  }
  visit_part(visit_service& all, unsigned index, std::span<std::byte> room)
      : done_(all.units[index].done), part_(workloads::visit::part(all.what), room) {}

  template <class Calls, class Streams>
  bool go_on(Calls&& calls, Streams& ends) {
    return part_.go_on(calls, ends, done_, no_observer());
  }

 private:
  workloads::exchanged& done_;
  workloads::halting_conversation part_;
};

/// Each of so many workers accepts, serves that connection to its end and accepts again, until nobody comes any more.
template <class Model>
void take_up_by_acceptors(placement const& where, std::uint32_t acceptors, visit_service& all) {
  using context = typename Model::context;
  Model pool(Model::variants().front().options, {.workers = acceptors, .cpus = where.cpus});
  pool.run([run = &all, acceptors](context& root) {
    std::vector<std::uint64_t> ended(acceptors);
    typename context::scope all_of_them(root);
    for (std::uint32_t index = 0; index < acceptors; ++index)
      all_of_them.spawn(ended[index], [run, index](context& worker) {
        load::listener const& door = run->open(index);
        std::uint64_t visits = 0;
        for (;; ++visits) {
          auto const socket = runtime::accept_one(door.descriptor(), 0);
          if (socket == -EINVAL) return visits;  // the door is shut
          serve_visitor(calls_of<context>{worker}, accepted(socket), *run);
        }
      });
    all_of_them.join();
    return std::uint64_t{0};
  });
}

/// Whether Model's units accept connections for themselves.
template <class Model>
constexpr bool takes_up_by_acceptors() {
  return !waits_beside_others<Model>() && !Model::abilities.shares_memory;
}

/// Why Model cannot serve so many visitors at once; empty where it can.
template <class Model>
std::string why_no_service(std::uint32_t at_once) {
  if constexpr (why_none_together<Model>().empty() && takes_up_by_acceptors<Model>())
    if (at_once > processes::task_queue::capacity)
      return std::string(Model::name) + " would need an acceptor for each of " + std::to_string(at_once) +
             ", and its queue holds " + std::to_string(processes::task_queue::capacity) + " tasks";
  return why_no_conversation<Model>(at_once, 1);
}

/// Acceptors' calls block them, in the door as well.
template <class Model>
constexpr bool wants_non_blocking_door() {
  return wants_non_blocking<Model>() && !takes_up_by_acceptors<Model>();
}

/// Takes up all visitors on one worker, or on one for each acceptor.
template <class Model>
void take_up_all(placement const& where, visit_service& all) {
  if constexpr (takes_up_by_acceptors<Model>())
    take_up_by_acceptors<Model>(where, together(all.what), all);
  else if constexpr (waits_beside_others<Model>())
    run_together<taking_up, Model>(Model::variants().front().options, where, 1, all);
  else
    converse_by_readiness<visit_part, Model>(Model::variants().front().options, where, all.what.visits, all);
}

/// Serves by `serve(placement)` on the first of two CPUs, while `visitors` come from the second, in a process of their
/// own: which is killed if the server fails. Throws unit_crashed where they did not end well, and limit_reached where
/// the service was broken off.
void serve_visitors(visit_service& service, harness::measurement& given, std::function<void()> const& come,
                    std::function<void(placement const&)> const& serve);

/// Proves that each visitor was answered once and rightly, and that the server saw the same.
void check_visits(visit_service const& service, harness::measurement& given);

}  // namespace unitcost::measures
