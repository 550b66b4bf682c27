#include "benchmarks/measures/isolation/operate.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/isolation/victim.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

constexpr std::int64_t step_of_a_pair_ns = 100'000;
constexpr std::string_view new_name = "operated";

std::string name_file(int process_id, int thread_id) {
  return fmt::format("/proc/{}/task/{}/comm", process_id, thread_id);
}

bool write_name(std::string const& file) {
  runtime::owned_descriptor const comm(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return comm.get() >= 0 && ::write(comm.get(), new_name.data(), new_name.size()) > 0;
}

bool has_new_name(std::string const& file) {
  runtime::owned_descriptor const comm(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 32> read{};
  if (comm.get() < 0 || ::read(comm.get(), read.data(), read.size() - 1) <= 0) return false;
  return std::string_view(read.data()).starts_with(new_name);
}

cpu_set_t only(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  return set;
}

bool is_bound(int thread_id, cpu_set_t const& wanted) {
  cpu_set_t now;
  CPU_ZERO(&now);
  return ::sched_getaffinity(thread_id, sizeof now, &now) == 0 && CPU_EQUAL(&now, &wanted);
}

/// Of a process's or a thread's state (proc(5)): whether it was stopped.
bool is_stopped(int process_id, int thread_id) {
  std::ifstream file(fmt::format("/proc/{}/task/{}/stat", process_id, thread_id));
  std::string const line(std::istreambuf_iterator<char>(file), {});
  auto const name_end = line.rfind(')');  // a name may hold anything
  return name_end != std::string::npos && name_end + 2 < line.size() && line[name_end + 2] == 'T';
}

/// Waits until the first unit counts on after its act, or can no more: it was stopped, or all have ended. Counts are
/// taken from the return of the act on, since the first may be kept from a CPU just before it, while the second is not.
who_goes_on watch_counts(operated_pair const& pair, victim const& process, std::int64_t patience_ns) {
  constexpr std::uint64_t enough = 50;
  std::int64_t const until_ns = runtime::now_ns() + patience_ns;
  auto const comes_true = [&](auto const& what) {
    while (!what()) {
      if (process.ends_within(1'000'000) || pair.is_first_stopped()) return false;
      if (runtime::now_ns() > until_ns) throw std::runtime_error("a unit neither counts on nor was stopped or ended");
    }
    return true;
  };
  if (!comes_true([&] { return pair.has_returned(); })) return {false, false};
  std::uint64_t const first = pair.steps(0), second = pair.steps(1);
  if (!comes_true([&] { return pair.steps(0) >= first + enough; })) return {false, false};
  return {true, pair.steps(1) >= second + enough / 5};
}

}  // namespace

std::string_view to_string(act what) {
  switch (what) {
    case act::name:
      return "name";
    case act::pin:
      return "pin";
    case act::stop:
      return "stop";
    case act::end:
      break;
  }
  return "end";
}

void operated_pair::perform() {
  int const process_id = each_[1].process_id, thread_id = each_[1].thread_id;
  std::string const file = name_file(process_id, thread_id);
  cpu_set_t const wanted = only(new_cpu_);
  bool const had_name = has_new_name(file), had_cpu = is_bound(thread_id, wanted);
  std::int64_t const from_ns = runtime::now_ns();
  switch (what_) {
    case act::name:
      write_name(file);
      break;
    case act::pin:
      ::sched_setaffinity(thread_id, sizeof wanted, &wanted);
      break;
    case act::stop:
    case act::end:
      ::syscall(SYS_tgkill, process_id, thread_id, what_ == act::stop ? SIGSTOP : SIGTERM);
      break;
  }
  call_ns_ = runtime::now_ns() - from_ns;
  if (what_ == act::name) took_effect_ = !had_name && has_new_name(file);
  if (what_ == act::pin) took_effect_ = !had_cpu && is_bound(thread_id, wanted);
}

bool operated_pair::is_first_stopped() const { return is_stopped(each_[0].process_id, each_[0].thread_id); }

pause operated_pair::step(unsigned index) {
  unit& own = each_[index];
  if (own.thread_id.load(std::memory_order_relaxed) == 0) {
    own.process_id.store(::getpid(), std::memory_order_relaxed);
    own.thread_id.store(::gettid(), std::memory_order_release);
  }
  own.steps.fetch_add(1, std::memory_order_relaxed);
  // Acquire: the id of the process comes before that of the thread.
  if (index == 0 && !has_begun() && each_[1].thread_id.load(std::memory_order_acquire) != 0) {
    begun_.store(true, std::memory_order_release);
    perform();
    returned_.store(true, std::memory_order_release);  // with what came of it
  }
  return step_of_a_pair_ns;  // until somebody ends it from outside
}

void report_operate(act what, operated_pair const& pair, who_goes_on after, harness::measurement& given) {
  bool const ends_counting = what == act::stop || what == act::end;
  bool const works = ends_counting ? !after.second : pair.took_effect();
  // Who is stopped or ended by its own act may never come back from it.
  bool const was_done = after.first ? pair.has_returned() : pair.has_begun() && ends_counting;
  given.check(was_done ? 1 : 0, 1, 0, 0);
  auto const tell = [&given](char const* name, char const* label, bool is_so, char const* source) {
    given.report(
        {.name = name, .label = label, .value = is_so ? 1.0 : 0.0, .unit = "1", .better = harness::direction::greater},
        source);
  };
  tell("works", "whether a unit can do this to another by its id", works,
       ends_counting ? "the second unit's count" : "what the kernel says of the second unit");
  tell("first_unharmed", "whether the unit that does it goes on", after.first, "the first unit's count");
  if (after.first)  // of the others only those would be known that were quick
    given.report({.name = "call_ns",
                  .label = "the call that does it",
                  .value = static_cast<double>(pair.call_ns()),
                  .unit = "ns"},
                 "CLOCK_MONOTONIC");
}

void measure_operate(unit_kind const& kind, act what, harness::measurement& given) {
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  runtime::shared_object<operated_pair> pair(what, cpus[0]);  // the second unit may run on both, or on the other
  victim process([&] {
    try {
      kind.run({.workers = 2, .cpus = cpus}, 2, steps_of(*pair));
    } catch (unit_crashed const&) {
      // That a unit was ended is what was asked for.
    }
  });
  std::int64_t const until_ns = runtime::now_ns() + given.patience_ns();
  while (!pair->has_begun() && !process.ends_within(1'000'000))
    if (runtime::now_ns() > until_ns) throw std::runtime_error("two units did not come to be at the same time");
  auto const after = watch_counts(*pair, process, given.patience_ns());
  process.reap();
  process.rethrow_failure();  // two units that there could not be are no harm that one did
  report_operate(what, *pair, after, given);
}

void add_operate(harness::registry& all) {
  for (unit_kind const& kind : unit_kinds())
    for (act what : {act::name, act::pin, act::stop, act::end}) {
      constexpr unsigned workers = 2;
      auto one = case_of(kind, operate_info, "pair", fmt::format("act:{}", to_string(what)), workers);
      one.prediction_factor = 0.5;
      if (kind.why_none.empty() && !kind.is_scheduled_by_kernel())
        one.skip_reason =
            fmt::format("a unit of {} has no id of the kernel's by which another could take hold of it", kind.model);
      one.run = [&kind, what](harness::measurement& given) { measure_operate(kind, what, given); };
      all.add(one);
    }
}

}  // namespace unitcost::measures
