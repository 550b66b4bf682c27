#include "tests/interleavings/explorer.hpp"

#include <algorithm>
#include <stdexcept>

namespace unitcost::interleavings {

std::string explorer::explore(std::function<void()> begin, std::vector<std::function<void()>> threads,
                              std::function<std::string()> fault, std::uint64_t most) {
  current = this;
  choices_.clear();
  executions_ = 0;
  do {
    if (++executions_ > most) throw std::length_error("more executions than " + std::to_string(most));
    depth_ = 0;
    last_seq_cst_.clear();
    outside_.clear();
    threads_.clear();
    begin();
    for (auto const& body : threads) {
      threads_.push_back({body, outside_, false, nullptr, std::make_unique<std::byte[]>(stack_bytes),
                          static_cast<unsigned>(threads_.size()), this});
    }
    run_once();
    for (thread const& each : threads_) advance(outside_, each.seen);
    if (std::string found = fault(); !found.empty()) return found;
  } while (next_execution());
  return "";
}

void explorer::run_once() {
  for (thread& each : threads_)
    each.stack_pointer = fibers::prepare_context(each.stack.get() + stack_bytes, &thread_main, &each);
  for (;;) {
    std::vector<thread*> alive;
    for (thread& each : threads_)
      if (!each.ended) alive.push_back(&each);
    if (alive.empty()) return;
    running_ = alive[choose(static_cast<unsigned>(alive.size()))];
    unitcost_switch_context(&outside_stack_pointer_, running_->stack_pointer, nullptr);
    running_ = nullptr;
  }
}

void explorer::thread_main(void*, void* argument) {
  auto& self = *static_cast<thread*>(argument);
  self.body();
  self.ended = true;
  unitcost_switch_context(&self.stack_pointer, self.owner->outside_stack_pointer_, nullptr);
}

void explorer::let_others_run() {
  if (running_ == nullptr) return;
  unitcost_switch_context(&running_->stack_pointer, outside_stack_pointer_, nullptr);
}

unsigned explorer::choose(unsigned count) {
  if (running_ == nullptr && threads_.empty()) return count - 1;  // outside: the newest value, which it has seen anyway
  if (depth_ == choices_.size()) choices_.push_back({0, count});
  return choices_[depth_++].taken;
}

bool explorer::next_execution() {
  while (!choices_.empty() && choices_.back().taken + 1 == choices_.back().count) choices_.pop_back();
  if (choices_.empty()) return false;
  ++choices_.back().taken;
  return true;
}

std::memory_order explorer::weakened(std::memory_order order, std::size_t variable, access kind) const {
  if (order != std::memory_order_seq_cst || running_ == nullptr) return order;
  bool const chosen = std::ranges::any_of(weakened_, [&](weakening const& one) {
    return one.variable == variable && one.kind == kind && one.thread == running_->index;
  });
  if (!chosen) return order;
  return kind == access::load    ? std::memory_order_acquire
         : kind == access::store ? std::memory_order_release
                                 : std::memory_order_acq_rel;
}

}  // namespace unitcost::interleavings
