// process: a unit is a process, forked when it is spawned and reaped when it is joined.
//
// `launch:vfork` and `launch:posix_spawn` start a program instead. After exec a unit has no closure to run, so these
// variants can be spawned and joined (`run_program_unit`) and nothing else: scopes, idle units and rings throw
// not_supported.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "impl/model.hpp"
#include "impl/process/child_group.hpp"
#include "impl/process/forked_crew.hpp"
#include "impl/process/process_context.hpp"
#include "impl/process/process_limits.hpp"
#include "impl/process/program_launcher.hpp"
#include "impl/process/resident_memory.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/kernel_ring.hpp"
#include "impl/runtime/touch.hpp"

namespace unitcost::models {

class process {
 public:
  enum class launch_by : std::uint8_t { fork, vfork, posix_spawn };
  struct options {
    launch_by launch = launch_by::fork;
    std::size_t resident_bytes = 0;  ///< held, touched, by the parent while it forks: its page tables are copied
  };

  static constexpr std::string_view name = "process";
  /// A waiting process leaves its core to others. Not every_call_a_unit: at 0.1 ms and a page table each, and with
  /// pid_max at 32,768, only a bounded depth is sensible.
  static constexpr capabilities abilities{
      .parallel = true, .preemptive = true, .waits_without_worker = true, .survives_crash = true};
  static std::vector<variant<options>> variants() {
    constexpr std::size_t mebibyte = std::size_t{1} << 20;
    return {{"launch:fork", {}},
            {"launch:vfork", {launch_by::vfork, 0}},
            {"launch:posix_spawn", {launch_by::posix_spawn, 0}},
            {"launch:fork/resident:64MiB", {launch_by::fork, 64 * mebibyte}},
            {"launch:fork/resident:256MiB", {launch_by::fork, 256 * mebibyte}}};
  }
  /// Whether a unit of this variant is a program, which only `run_program_unit` can start.
  static bool unit_is_program(options const& how) { return how.launch != launch_by::fork; }

  using context = processes::process_context;

  /// Confines this thread and with it all units to the placement's CPUs, until it is destroyed. There are no
  /// workers: each unit is its own, and the kernel has as many at work as there are CPUs.
  process(options const& how, placement const& where)
      : confinement_(runtime::cpus_of_workers(where)), resident_(how.resident_bytes) {
    if (unit_is_program(how))
      launcher_ = std::make_unique<processes::program_launcher>(program_launch_of(how));
    else
      family_.emplace();
  }

  /// The root is a unit too: a process.
  template <class Root>
  auto run(Root root) {
    if (!family_) throw not_supported(no_closure);
    family_->units_made->store(0, std::memory_order_relaxed);
    std::invoke_result_t<Root&, context&> result{};
    try {
      context caller(*family_);
      context::scope only(caller);
      only.spawn(result, root);
      only.join();
    } catch (...) {
      // A crashed unit's own children, orphans now, may still write to the slots they know: no later run has these.
      family_.emplace();
      throw;
    }
    return result;
  }

  /// See caller_run: the root is no unit here, and the calling process is the parent of all that are.
  template <class Root>
  static auto run_on_caller(options const& how, placement const& where, Root root) {
    process instance(how, where);
    if (!instance.family_) throw not_supported(no_closure);
    context caller(*instance.family_);
    return root(caller);
  }

  /// For variants whose unit is a program: launches one, waits for its end, returns its clock (runtime::now_ns) at
  /// its first instruction. Launched at the call, joined at the return: what is between is the measure's.
  std::int64_t run_program_unit() {
    if (!launcher_) throw not_supported("a unit of launch:fork runs a closure, not a program: spawn it in a scope");
    return launcher_->run();
  }

  std::uint64_t units_made() const { return family_ ? family_->units_made->load(std::memory_order_relaxed) : 0; }

  class idle;
  /// 256 units of some 100 KiB: 100 steps of the account, forked in 0.05 s.
  static constexpr std::uint64_t idle_unit_count = 256;
  static std::uint64_t unit_limit(options const&) { return processes::most_processes(); }

  static std::vector<handover> handovers() { return runtime::kernel_handovers(); }
  /// resident_bytes play no part: they are fork's price, not a switch's.
  static ring_outcome run_ring(options const& how, placement const& where, ring_shape const& ring) {
    if (unit_is_program(how)) throw not_supported(no_closure);
    return runtime::kernel_ring(ring, runtime::sharing::processes, [&where](unsigned units, auto const& body) {
      processes::run_forked_crew(where, units, body);
    });
  }

 private:
  static constexpr char const* no_closure = "after exec a unit has no closure to run; use launch:fork";

  static processes::program_launch program_launch_of(options const& how) {
    return how.launch == launch_by::vfork ? processes::program_launch::vfork : processes::program_launch::posix_spawn;
  }

  runtime::cpu_confinement confinement_;
  processes::resident_memory resident_;
  std::optional<processes::process_family> family_;        ///< where units are forked
  std::unique_ptr<processes::program_launcher> launcher_;  ///< where they are programs
};

/// Forked children that wait at a gate in shared memory.
class process::idle {
 public:
  idle(options const& how, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
      : arrivals_(arrivals), touch_bytes_(touch_bytes), resident_(how.resident_bytes), units_(limit) {
    if (unit_is_program(how)) throw not_supported(no_closure);
  }
  idle(idle const&) = delete;
  idle& operator=(idle const&) = delete;
  ~idle() {
    try {
      release();
    } catch (...) {  // a unit crashed: whoever needs to know calls release(), a destructor cannot say it
    }
  }

  void grow_to(std::uint64_t count) {
    while (units_.size() < count)
      units_.spawn([this, index = units_.size()] {
        runtime::touch_own_stack(touch_bytes_);
        arrivals_.arrive(index);
        gate_->wait();
      });
    units_.await_arrivals(arrivals_, count);
  }
  void release() {
    gate_->open();
    units_.reap_all();
  }
  std::vector<int> process_ids() const { return {units_.pids().begin(), units_.pids().end()}; }

 private:
  unit_arrivals& arrivals_;
  std::size_t touch_bytes_;
  processes::resident_memory resident_;
  runtime::shared_object<runtime::futex_gate> gate_;
  processes::child_group units_;
};

static_assert(direct_model<process> && caller_run<process> && holding<process::context>);

}  // namespace unitcost::models
