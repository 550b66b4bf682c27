// What a model is: the operations every one of them gives its units, its capability flags, and what each
// operation promises.
//
// `model` is a concept, so nothing virtual or type-erased stands between a workload and a unit. Two spellings
// are honest: in the *direct* one a unit blocks (serial, processes, threads, pools, oneTBB, fibers); in the
// *awaited* one it co_awaits (C++20 coroutines). A model has exactly one of them.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/runtime/stream.hpp"
#include "impl/unit_report.hpp"

namespace unitcost {

/// What a model can do. A case that needs what a model lacks is recorded as skipped with the reason.
struct capabilities {
  bool parallel = false;              ///< two units can run at the same instant
  bool preemptive = false;            ///< a unit that never yields does not stop the others
  bool shares_memory = false;         ///< a unit's plain write is seen by the others
  bool waits_without_worker = false;  ///< a waiting unit leaves its worker free for another
  bool survives_crash = false;        ///< one unit's SIGSEGV leaves the others alive
  bool every_call_a_unit = false;     ///< `spawn_depth:all` is sensible: units are cheap and may be millions
};

/// Where units may run.
struct placement {
  unsigned workers = 1;     ///< how many kernel threads or processes execute units at once
  std::vector<int> cpus{};  ///< worker k is pinned to cpus[k % cpus.size()]; empty: the kernel chooses
};

/// One way to use a model; the first of `variants()` is the model's idiomatic best.
template <class Options>
struct variant {
  std::string label;  ///< as in case names, "stack:16KiB"; empty where the model has only one way
  Options options;
  bool detail = false;  ///< one of many steps of a parameter: measured where everything is, in `full` only
};

/// How one unit of a ring hands over to the next.
/// The last two are a switch of stacks and nothing else, without a scheduler: as a function, and as a part of its
/// caller.
enum class handover : std::uint8_t {
  futex,
  condition_variable,
  pipe,
  eventfd,
  yield,
  transfer,
  resume,
  bare,
  bare_inline
};
std::string_view to_string(handover by);  // "futex", … as in `by:futex`

/// A ring: unit i hands a token to unit (i + 1) % units; one round passes it once around.
struct ring_shape {
  unsigned units = 2;
  std::uint64_t rounds = 1;
  handover by = handover::futex;
};

/// What a ring did. `switches` is counted by the units themselves, one per token received, so that a
/// hand-over that never happened is missed; it must equal units * rounds.
struct ring_outcome {
  std::uint64_t switches = 0;
  std::uint64_t out_of_order = 0;  ///< tokens that reached a unit whose turn it was not; must be 0
  std::int64_t elapsed_ns = 0;     ///< on unit 0: from its first hand-over to the token's last return
};

/// The model met a limit of the machine or one it declares: the repetition ends `limit_reached`.
struct limit_reached : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The model cannot do what the case asks: the repetition ends `skipped` with this reason.
struct not_supported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// N units that are alive at once and do nothing: the subject of footprint. Spawned into one gate, they stay
/// there until `release`.
template <class T>
concept idle_units = requires(T units, std::uint64_t count) {
  /// Spawns until `count` units are alive; returns when each has written to `touch_bytes` of its own stack or
  /// frame (one byte a page, at write: reading maps the zero page), has called `arrivals.arrive(index)` and is
  /// about to wait. Throws limit_reached or std::bad_alloc; what was spawned stays alive until `release`.
  {units.grow_to(count)};
  /// Opens the gate, joins every unit. Idempotent; the destructor calls it.
  {units.release()};
  /// The processes that units live in; empty where units live in the calling process.
  { units.process_ids() } -> std::convertible_to<std::vector<int>>;
};

/// A model. Beside what the concept can spell, one of
///
///   direct:   struct context;
///             struct context::scope { explicit scope(context&);  spawn(result, unit);  call(result, unit);  join(); };
///             template <class Root> auto run(Root root);             // root: (context&) -> R
///
///             `spawn(result, unit)` starts `unit(context&)` as a unit and returns at once; `result` is written no
///             later than `join()` returns. `call` runs the unit in place in the parent's own unit (elided: every
///             model may, so the last child of a fork costs no hand-over). `join()` returns when every spawned
///             unit of this scope has ended; a scope is destroyed only after its join. A `unit` is a trivially
///             copyable callable of at most 64 bytes that refers to no memory of its parent other than the
///             harness's shared region, returning a trivially copyable value of at most 16 bytes: so a pooled process
///             can be handed it as bytes.
///
///   awaited:  template <class T> struct task;                         // the return type of a unit's coroutine
///             static auto spawn(T& result, task<T>);  call(...);  join();   // awaitables, same promises as above
///             template <class T> T run(task<T> root);
///
/// `run` executes the root as a unit on one of the model's workers, blocks the caller until it and all its
/// children have ended, and may be called repeatedly. A pool also has `run_from_client(root)`: the root runs on
/// the calling thread, which is no worker, and its `join` blocks: so a task is submitted from outside, as by
/// an application.
///
/// A model object owns its workers: the constructor starts them, the destructor stops and joins them.
template <class M>
concept model = requires(typename M::options const& options, placement const& where, ring_shape const& ring,
                         unit_arrivals& arrivals, M& instance) {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::abilities } -> std::convertible_to<capabilities>;
  requires std::default_initializable<typename M::options>;
  /// At least one; the first is the default.
  { M::variants() } -> std::same_as<std::vector<variant<typename M::options>>>;
  requires std::constructible_from<M, typename M::options const&, placement const&>;
  /// Units that the last `run` really made; the graph's others were elided (run in place).
  { instance.units_made() } -> std::same_as<std::uint64_t>;
  requires idle_units<typename M::idle>;
  /// M::idle(options, arrivals, limit, touch_bytes): `limit` is the largest N that will be asked for, so that
  /// bookkeeping (not the units) can be allocated and touched before the first reading.
  requires std::constructible_from<typename M::idle, typename M::options const&, unit_arrivals&, std::uint64_t,
                                   std::size_t>;
  /// The largest N that footprint asks for in the moderate profiles: enough for the total to span many of the
  /// account's steps (256 KiB), few enough to take well under 0.1 s.
  { M::idle_unit_count } -> std::convertible_to<std::uint64_t>;
  /// The most units that can be alive at once on this machine, by the model's own declaration.
  { M::unit_limit(options) } -> std::same_as<std::uint64_t>;
  /// The ways two of its units can hand over; empty where there is none.
  { M::handovers() } -> std::same_as<std::vector<handover>>;
  /// Runs a ring to its end. Units are placed at where.cpus[i % size] where the kernel schedules them.
  { M::run_ring(options, where, ring) } -> std::same_as<ring_outcome>;
};

/// A model whose units block.
template <class M>
concept direct_model = model<M> && requires {
  typename M::context::scope;
};

/// A model whose units co_await.
template <class M>
concept awaited_model = model<M> && !direct_model<M>;

/// A unit that can let others run before it goes on, in its model's own way, by `unit.give_turn()` of its context. It
/// returns at once where nobody else is ready. A model whose units run to their end once begun has none.
template <class Context>
concept turn_giving = requires(Context& unit) {
  unit.give_turn();
};

/// A unit that can name who runs next. For units that share one worker:
/// `park()` suspends until another unit wakes this one or transfers to it; `wake(parked)` makes that one ready and goes
/// on; `transfer_to(parked)` runs that one now and parks this one.
template <class Context>
concept transferring = turn_giving<Context> && requires(Context& unit, Context& parked) {
  unit.park();
  unit.wake(parked);
  unit.transfer_to(parked);
};

/// A unit that can sleep without its worker: `sleep_since(since_ns, delay_ns)` lets others run and returns when at
/// least that delay has passed since then, a reading of runtime::now_ns that the unit has made just before: so nobody
/// has to read the clock again. A unit that is a kernel thread, or that holds one until it ends, needs none: it blocks
/// that thread. (Awaited: of `turns`, see below.)
template <class Context>
concept sleeping = requires(Context& unit, std::int64_t since_ns, std::int64_t delay_ns) {
  unit.sleep_since(since_ns, delay_ns);
};

/// A unit that can wait for a descriptor without its worker: `read_some(stream, into)`, `write_some(stream, from)` and
/// `accept(listening stream)` let others run while they wait, and return what the system call would; of an accept it is
/// the caller's, and as the model wants its descriptors. What needs none is as in `sleeping`.
template <class Context>
concept conversing = requires(Context& unit, runtime::stream& on, std::span<std::byte> into,
                              std::span<std::byte const> from) {
  { unit.read_some(on, into) } -> std::same_as<runtime::transferred>;
  { unit.write_some(on, from) } -> std::same_as<runtime::transferred>;
  { unit.accept(on) } -> std::same_as<runtime::transferred>;
};

/// What a unit is started as that its starter holds by a handle.
struct started_as {
  std::string name;     ///< the handle's; the system has it too where it names units, cut to its 15 bytes (comm)
  bool daemon = false;  ///< not waited for, but ended, when its starter leaves
};

/// A unit that was started and that its starter can ask and wait for, as nobody else does: `join()` returns when it has
/// ended, `join_within(limit_ns)` false when that time passed first, which ends the wait and not the unit. What the
/// unit wrote is then visible. Both may be called again, and after the end return at once. The end of a handle is what
/// its unit is when its starter leaves: it waits for the unit, or lets go of a daemon.
template <class Handle>
concept joining_handle = std::movable<Handle> && requires(Handle& held, std::int64_t limit_ns) {
  held.join();
  { held.join_within(limit_ns) } -> std::same_as<bool>;
  { held.alive() } -> std::same_as<bool>;
};

/// The same of a unit that was started as something; a task of a pool is nobody.
template <class Handle>
concept unit_handle = joining_handle<Handle> && requires(Handle const& held) {
  { held.name() } -> std::convertible_to<std::string_view>;
  { held.daemon() } -> std::same_as<bool>;
};

/// A unit that can start another and hold it: `start(started_as, body)` -> unit_handle, of a unit that calls
/// `body(unit)`. What becomes of a daemon is its model's to say (docs/MODELS.md); one whose model cannot let go of a
/// unit is refused with not_supported, for the reason `why_no_daemon` of the model. One whose units nobody can hold
/// says `why_no_handle`. (Awaited: of `turns`, see below.)
template <class Context>
concept holding = requires(Context& unit, started_as const& as) {
  {
    unit.start(as, [](Context&) {})
    } -> unit_handle;
};

/// A model that has channels: `channel<T>(capacity)`, between one unit that puts and one that gets on one worker.
/// `put(unit, item)` and `get(unit)` suspend by themselves while it is full, or empty, and the scheduler chooses who
/// goes on. (Awaited: of `turns`, see below.)
template <class M>
concept channel_model = model<M> && requires(std::size_t capacity) {
  typename M::template channel<std::uint64_t>;
};

/// An awaited model whose units take turns on one worker, in `turns`: `turns::run(where, units, body)` runs the
/// coroutine `body(turns&, index) -> turns::unit` for each index to its end, begun in their order, where each
/// `co_await`s what a transferring, sleeping and conversing context of a direct model calls: `give()`, `park()`,
/// `transfer_to(parked_index)`, `sleep_since(since_ns, delay_ns)`, `read_some(stream, into)`, `write_some(stream,
/// from)`, `accept(stream)` and `start(turns::unit)`, of one more, which ends like the others and has no index; and
/// calls `wake(parked_index)`. A unit may be made only when it is to begin: all are alive when the first goes on after
/// a `give`. What `body` throws is as what leaves a unit, and those after it never begin. One that has no task graphs
/// may lack `park`, `transfer_to` and `wake`. Throws the first exception that left a unit.
template <class M>
concept turns_model = awaited_model<M> && requires {
  typename M::turns;
};

/// Turns whose units can hold others by handles: `hold(started_as, held_unit)` -> handle makes ready what a coroutine
/// that returns a `held_unit` is going to do. As in `holding`, but `co_await held.join()` and `co_await
/// held.join_within(limit_ns)`, and the end of a handle is nothing: `run` waits for all units that are no daemons, and
/// ends the daemons where they are.
template <class M>
concept holding_turns_model = turns_model<M> &&
    requires(typename M::turns& among, started_as const& as, typename M::turns::held_unit& unbegun) {
  among.hold(as, std::move(unbegun)).join_within(std::int64_t{});
  { among.hold(as, std::move(unbegun)).alive() } -> std::same_as<bool>;
  { among.hold(as, std::move(unbegun)).name() } -> std::convertible_to<std::string_view>;
};

/// A direct model whose one worker can be the thread that asks: `run_on_caller(options, where, root)` does what `run`
/// does under one worker, on the calling thread, which is pinned to where.cpus[0] meanwhile; no thread is started.
///
/// For units that read and write: a process of several threads pays for each such call, since its descriptors could be
/// closed by another one meanwhile (fdget, Linux's include/linux/file.h). And of units that are processes the caller is
/// the only ancestor, so that he can let go of what is theirs alone.
template <class M>
concept caller_run = direct_model<M> && requires(typename M::options const& options, placement const& where) {
  M::run_on_caller(options, where, [](typename M::context&) { return 0; });
};

/// A model with workers that others hand tasks to.
template <class M>
concept pool_model = direct_model<M> && requires(M& pool) {
  pool.run_from_client([](typename M::context&) { return 0; });
};

}  // namespace unitcost
