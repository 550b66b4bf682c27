#include "impl/stackful/fork_join/scheduler.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/pinning.hpp"
#include "impl/runtime/stack_overflow.hpp"

namespace unitcost::fibers {
namespace {

// How often a worker looks around before it sleeps: some 50 us with a sched_yield between looks, about what waking it
// again would cost on a virtual machine, and far below the 1 ms after which idling must be free.
constexpr int looks_before_sleep = 50;

// What a root needs at least: it makes the others, and an exception that is thrown and caught takes some KiB.
constexpr std::size_t smallest_root_stack_bytes = 16 * 1024;

constexpr char model[] = "stackful";

// What the events have thrown, when nobody may go on any more; null: the worker has done all that there was.
std::exception_ptr refusal_in_life_of(worker& own, runtime::chosen_reactor& events) noexcept {
  try {
    own.work(events);
    return nullptr;
  } catch (...) {
    return std::current_exception();
  }
}

void drop_waiting(worker& own, runtime::chosen_reactor& events) {
  events.abandon();  // what they wait for lies on their stacks
  own.drop_held();
}

}  // namespace

scheduler::scheduler(stack_options const& stacks, placement const& where, std::uint64_t capacity, worked_by whose,
                     runtime::waits_over over)
    : whose_(whose),
      over_(where.workers == 1 ? over : runtime::waits_over::epoll),  // with others beside it a worker has no events
      callers_cpus_(runtime::cpus_of_workers({.workers = 1, .cpus = where.cpus})),
      stacks_(stacks.bytes, stacks.guard, capacity + where.workers * runtime::stack_cache::most),
      root_stacks_(std::max(stacks.bytes, smallest_root_stack_bytes), stacks.guard, 1),
      root_stack_(root_stacks_.take()) {
  if (where.workers == 0) throw not_supported("stackful: 0 workers cannot run a fiber; ask for at least 1");
  for (unsigned i = 0; i < where.workers; ++i)
    workers_.push_back(std::make_unique<worker>(*this, parking_, i, stacks_, where.workers == 1));
  if (whose_ == worked_by::caller) return;
  try {
    start_threads(where);
  } catch (...) {
    stop();
    throw;
  }
}

scheduler::~scheduler() {
  stop();
  workers_.clear();  // gives back what their caches hold
  if (stacks_.in_use() == 0 || ever_failed_ || failed_.load(std::memory_order_relaxed)) return;
  std::fprintf(stderr, "%s: %llu fibers were never joined, and their stacks are lost\n", model,
               static_cast<unsigned long long>(stacks_.in_use()));
  std::abort();
}

void scheduler::start_threads(placement const& where) {
  for (auto const& each : workers_) {
    std::promise<void> started;
    std::future<void> outcome = started.get_future();
    try {
      threads_.emplace_back([this, &where, &work = *each, ready = std::move(started)]() mutable {
        std::optional<runtime::overflow_watch> watch;
        std::optional<runtime::chosen_reactor> events;
        try {
          if (stacks_.guard() == runtime::stack_guard::page) watch.emplace(model, stacks_, root_stacks_);
          runtime::pin_to(where.cpus, work.index());
          events.emplace(over_);
        } catch (...) {
          return ready.set_exception(std::current_exception());
        }
        ready.set_value();
        work_as_thread(work, *events);
      });
    } catch (std::system_error const& refused) {
      throw limit_reached("stackful: starting worker " + std::to_string(each->index()) + ": " + refused.what() +
                          "; ask for fewer workers or raise `ulimit -u`");
    }
    outcome.get();
  }
}

void scheduler::stop() {
  parking_.close();
  threads_.clear();
}

std::uint64_t scheduler::fibers_made() const {
  std::uint64_t made = 1;
  for (auto const& each : workers_) made += each->fibers_made();
  return made;
}

void scheduler::start_and_wait(fiber& root) {
  if (lost_its_thread_) throw_if_failed();  // nobody would take the root
  for (auto const& each : workers_) each->reset_fibers_made();
  ever_failed_ |= failed_.exchange(false, std::memory_order_relaxed);
  run_.begin();
  // Publishes all of the above to the worker that takes the root; seq_cst for the sake of parking.
  inbox_.store(&root, std::memory_order_seq_cst);
  if (whose_ == worked_by::caller) {
    work_as_caller();
  } else {
    parking_.notify();
    run_.wait();
  }
  throw_if_failed();
}

void scheduler::work_as_caller() {
  runtime::cpu_confinement const pinned(callers_cpus_);
  std::optional<runtime::overflow_watch> watch;
  if (stacks_.guard() == runtime::stack_guard::page) watch.emplace(model, stacks_, root_stacks_);
  runtime::chosen_reactor events(over_);
  worker& only = *workers_.front();
  std::exception_ptr const refusal = refusal_in_life_of(only, events);
  if (refusal) fail(refusal);
  if (refusal || !only.held().empty()) drop_waiting(only, events);
  if (!run_.has_ended())
    fail(std::make_exception_ptr(std::logic_error("stackful: the root waits for fibers that nobody wakes any more")));
}

void scheduler::work_as_thread(worker& own, runtime::chosen_reactor& events) {
  std::exception_ptr const refusal = refusal_in_life_of(own, events);
  if (!refusal) return;
  if (run_.has_ended()) std::rethrow_exception(refusal);  // nobody is there to be told: it ends the process
  fail(refusal);
  drop_waiting(own, events);  // before the caller goes on, to whose memory the kernel may still write
  lost_its_thread_ = true;
  run_.end();
}

void scheduler::fail(std::exception_ptr reason) {
  run_.failure.keep(std::move(reason));
  failed_.store(true, std::memory_order_release);
}

void scheduler::report_overflow_of(fiber const& who) const {
  runtime::report_stack_overflow(model, (who.parent == nullptr ? root_stacks_ : stacks_).stack_bytes());
  std::abort();
}

fiber* scheduler::next_work(worker& idle) {
  // Daemons do not keep their caller waiting.
  if (whose_ == worked_by::caller && !idle.held().empty() && run_.has_ended()) return nullptr;
  // Still as an active worker: where there is enough to steal, nobody has to hear of the search.
  if (fiber* const found = find_work(idle)) return found;
  // Only where a worker is alone fibers wait for events: no other could make work meanwhile.
  if (fiber* const woken = idle.await_event()) return woken;
  if (whose_ == worked_by::caller) return nullptr;
  parking_.begin_search();
  do {
    for (int look = 0; look < looks_before_sleep; ++look) {
      if (fiber* const found = find_work(idle)) {
        parking_.end_search([this] { return has_work(); });
        return found;
      }
      std::this_thread::yield();
    }
  } while (parking_.sleep([this] { return has_work(); }));
  return nullptr;
}

fiber* scheduler::find_work(worker& idle) {
  if (fiber* const own = idle.ready().pop()) return own;
  for (auto const& victim : workers_)
    if (victim.get() != &idle)
      if (fiber* const stolen = victim->ready().steal()) return stolen;
  // Looked at before it is taken, so that idle workers do not fight over its cache line. Acquire: the root's fiber.
  if (inbox_.load(std::memory_order_relaxed) == nullptr) return nullptr;
  return inbox_.exchange(nullptr, std::memory_order_acquire);
}

bool scheduler::has_work() const {
  return inbox_.load(std::memory_order_seq_cst) != nullptr ||
         std::any_of(workers_.begin(), workers_.end(), [](auto const& each) { return !each->ready().looks_empty(); });
}

}  // namespace unitcost::fibers
