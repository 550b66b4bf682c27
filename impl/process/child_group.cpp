#include "impl/process/child_group.hpp"

#include <signal.h>

#include <string>
#include <thread>

#include "impl/model.hpp"
#include "impl/process/child_end.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/timed_futex.hpp"

namespace unitcost::processes {
namespace {

/// How long a child's death can go unnoticed. Only a wait that lasts longer pays for looking, so it is in no
/// number; one look costs a system call (some 100 ns) per child.
constexpr std::int64_t look_every_ns = 20'000'000;

}  // namespace

void child_group::reap_all() {
  for (; pids_.size() > 0; pids_.pop_back())
    if (child_end const end = reap(pids_.back()); !end.clean()) failure_->record_end(end);
  failure_->rethrow();
}

void child_group::reap_all(std::string_view who) {
  std::string const whose = std::string(who) + ": ";
  try {
    reap_all();
  } catch (unit_crashed const& error) {
    throw unit_crashed(whose + error.what(), error.pid, error.signal);
  } catch (limit_reached const& error) {
    throw limit_reached(whose + error.what());
  }
}

void child_group::kill_all() noexcept {
  for (int pid : pids_.values()) ::kill(pid, SIGKILL);
  for (int pid : pids_.values()) reap_quietly(pid);
  pids_.clear();
}

void child_group::wait_while(runtime::futex_word& word, std::uint32_t expected, unexpected_end which) const {
  while (word.load(std::memory_order_acquire) == expected)
    if (!runtime::futex_wait_for(word, expected, look_every_ns)) throw_if_ended(which);
}

void child_group::await_arrivals(unit_arrivals const& arrivals, std::uint64_t expected) const {
  constexpr unsigned polls_between_looks = 4096;
  for (unsigned polls = 1; arrivals.count.load(std::memory_order_acquire) < expected; ++polls) {
    if (polls % polls_between_looks == 0) throw_if_ended(unexpected_end::any);
    std::this_thread::yield();
  }
}

void child_group::throw_if_ended(unexpected_end which) const {
  for (int pid : pids_.values()) {
    auto const end = peek_end(pid);
    if (!end || (which == unexpected_end::failed && end->clean())) continue;
    failure_->record_end(*end, " before its work was done");
    failure_->rethrow();
  }
}

}  // namespace unitcost::processes
