#include "impl/pools/stealing_line.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "impl/pools/pool_errors.hpp"

namespace unitcost::pools {

namespace {

/// How many tasks from outside a worker takes at once, at most: enough that the lock is little of each, few enough that
/// the others do not have to steal for what they could have taken themselves.
constexpr std::size_t most_at_once = 16;

/// Which line's which worker the calling thread is.
struct place {
  stealing_line const* line = nullptr;
  std::size_t worker = 0;
};
thread_local place here;

}  // namespace

stealing_line::stealing_line(std::size_t workers, std::size_t capacity)
    : capacity_(std::max<std::size_t>(capacity, 1)), parking_(0) {
  deques_.reserve(workers);
  for (std::size_t worker = 0; worker < workers; ++worker) deques_.push_back(std::make_unique<task_deque>());
}

stealing_line::~stealing_line() {
  // Only where workers never began: they leave nothing.
  for (auto const& each : deques_)
    while (owned_task const left{each->pop()}) left->drop();
}

bool stealing_line::push(owned_task& next, std::optional<std::int64_t> limit_ns) {
  if (here.line == this) {
    push_own(*deques_[here.worker], next);
    return true;
  }
  {
    std::unique_lock lock(mutex_);
    if (!limit_ns)
      room_made_.wait(lock, [this] { return may_push(); });
    else if (!room_made_.wait_for(lock, std::chrono::nanoseconds(*limit_ns), [this] { return may_push(); }))
      return false;
    if (is_closed()) throw pool_not_running();
    injected_.push_back(std::move(next));
    injected_count_.store(injected_.size(), std::memory_order_seq_cst);
  }
  parking_.notify();
  return true;
}

void stealing_line::push_own(task_deque& own, owned_task& next) {
  if (is_closed()) throw pool_not_running();
  own.push(next.get());
  next.release();
  own.share_all();
  parking_.notify();
}

std::unique_ptr<task> stealing_line::take(std::size_t worker) {
  here = {this, worker};
  for (;;) {
    owned_task taken = take_any(worker);
    // Acquire: pairs with terminate, whose caller expects no task to begin after it returned.
    if (taken == nullptr || !terminated_.load(std::memory_order_acquire)) return taken;
    taken->drop();
  }
}

std::unique_ptr<task> stealing_line::take_any(std::size_t worker) {
  if (owned_task own{deques_[worker]->pop()}) return own;
  if (!is_closed()) {
    parking_.begin_search();
    do {
      if (owned_task found = search(worker)) {
        parking_.end_search([this] { return sees_work(); });
        return found;
      }
    } while (parking_.sleep([this] { return sees_work(); }));
  }
  // Closed: nothing comes any more but what was about to be given when it was, which the giver's own worker takes.
  return search(worker);
}

std::unique_ptr<task> stealing_line::search(std::size_t worker) {
  owned_task found = take_injected(*deques_[worker]);
  return found != nullptr ? std::move(found) : steal(worker);
}

std::unique_ptr<task> stealing_line::take_injected(task_deque& own) {
  if (injected_count_.load(std::memory_order_relaxed) == 0) return nullptr;  // parking looks once more before it sleeps
  owned_task taken;
  {
    std::lock_guard const hold(mutex_);
    if (injected_.empty()) return nullptr;
    taken = std::move(injected_.front());
    injected_.pop_front();
    // The youngest first: the owner takes what it pushed last, and so has them in their order.
    auto const share = static_cast<std::ptrdiff_t>(std::min(injected_.size() / deques_.size(), most_at_once - 1));
    for (auto each = injected_.begin() + share; each != injected_.begin();) {
      own.push((--each)->get());
      each->release();
    }
    injected_.erase(injected_.begin(), injected_.begin() + share);
    own.share_all();
    injected_count_.store(injected_.size(), std::memory_order_seq_cst);
  }
  room_made_.notify_all();
  return taken;
}

std::unique_ptr<task> stealing_line::steal(std::size_t worker) {
  for (std::size_t distance = 1; distance < deques_.size(); ++distance) {
    task_deque& other = *deques_[(worker + distance) % deques_.size()];
    while (!other.looks_empty())
      if (owned_task stolen{other.steal()}) return stolen;
  }
  return nullptr;
}

bool stealing_line::sees_work() const {
  return injected_count_.load(std::memory_order_seq_cst) != 0 ||
         std::ranges::any_of(deques_, [](auto const& each) { return !each->looks_empty(); });
}

void stealing_line::close() {
  {
    std::lock_guard const hold(mutex_);  // who waits for room looks under it
    closed_.store(true, std::memory_order_release);
  }
  room_made_.notify_all();
  parking_.close();
}

void stealing_line::terminate() {
  // Release: as in take.
  terminated_.store(true, std::memory_order_release);
  close();
  std::deque<owned_task> dropped;
  {
    std::lock_guard const hold(mutex_);
    dropped.swap(injected_);
    injected_count_.store(0, std::memory_order_seq_cst);
  }
  for (auto const& each : deques_)
    while (!each->looks_empty())
      if (owned_task stolen{each->steal()}) dropped.push_back(std::move(stolen));
  for (auto const& each : dropped) each->drop();  // not under the lock: a handle's owner may call us
}

}  // namespace unitcost::pools
