#include "tests/interleavings/explorer.hpp"

#include <stdexcept>

namespace unitcost::interleavings {

namespace {

/// Of a signature as compilers print it: "bool space::type<arguments>::name(Parameter) [with Parameter = int]".
bool is_of(std::string_view function, std::string_view signature) {
  signature = signature.substr(0, signature.find(" ["));
  for (auto found = signature.find(function); found != std::string_view::npos;
       found = signature.find(function, found + 1)) {
    auto const after = found + function.size();
    bool const begins = found == 0 || signature[found - 1] == ':';
    if (begins && (after == signature.size() || signature[after] == '(')) return true;
  }
  return false;
}

}  // namespace

std::string explorer::explore(std::function<void()> begin, std::vector<std::function<void()>> threads,
                              std::function<std::string()> fault, unsigned asleep_before) {
  current = this;
  choices_.clear();
  states_.clear();
  executions_ = 0;
  do {
    if (++executions_ > most) throw std::length_error("more executions than " + std::to_string(most));
    depth_ = steps_ = 0;
    variables_.clear();
    outside_.clear();
    threads_.clear();
    fault_.clear();
    begin();
    start(threads, asleep_before);
    exploring_ = true;
    bool const went_to_its_end = run_once();
    exploring_ = false;
    if (!fault_.empty()) return fault_;
    if (!went_to_its_end) continue;
    for (thread const& each : threads_) advance(outside_, each.seen);
    if (std::string found = fault(); !found.empty()) return found;
  } while (next_execution());
  return "";
}

void explorer::start(std::vector<std::function<void()>> const& threads, unsigned asleep_before) {
  while (stacks_.size() < threads.size()) stacks_.push_back(std::make_unique<std::byte[]>(stack_bytes));
  threads_.reserve(threads.size());
  for (auto const& body : threads) {
    std::size_t const index = threads_.size();
    thread& added = threads_.emplace_back(thread{body, outside_, index, stacks_[index].get(), this});
    added.stack_pointer = fibers::prepare_context(added.stack + stack_bytes, &thread_main, &added);
  }
  for (std::size_t index = 0; index < threads_.size(); ++index) {
    thread& each = threads_[index];
    run(each);  // up to its first operation
    while (index + asleep_before >= threads_.size() && !each.ended && each.sleeps_on == awake) run(each);
  }
}

/// False when the execution came to a state that was seen before, or to a fault.
bool explorer::run_once() {
  for (std::vector<thread*> ready;; ready.clear()) {
    if (!fault_.empty()) return false;
    for (thread& each : threads_)
      if (!each.ended && each.sleeps_on == awake) ready.push_back(&each);
    if (ready.empty()) return true;
    if (depth_ == choices_.size() && !states_.insert(state()).second) return false;
    if (++steps_ > longest) throw std::length_error("an execution that does not end");
    run(*ready[choose(static_cast<unsigned>(ready.size()))]);
  }
}

/// One operation, and what follows up to the next.
void explorer::run(thread& next) {
  running_ = &next;
  unitcost_switch_context(&outside_stack_pointer_, next.stack_pointer, nullptr);
  running_ = nullptr;
}

void explorer::thread_main(void*, void* argument) {
  auto& self = *static_cast<thread*>(argument);
  self.body();
  self.ended = true;
  unitcost_switch_context(&self.stack_pointer, self.owner->outside_stack_pointer_, nullptr);
}

view explorer::oldest_readable() const {
  view oldest(variables_.size(), ~std::size_t{0});
  for (thread const& each : threads_)
    for (std::size_t variable = 0; !each.ended && variable < oldest.size(); ++variable)
      oldest[variable] = std::min(oldest[variable], variable < each.seen.size() ? each.seen[variable] : 0);
  return oldest;
}

history explorer::state() const {
  view const oldest = oldest_readable();
  history all = 0;
  // What lies behind the oldest readable value is the same, however far behind.
  auto const add_place = [&](std::size_t variable, std::size_t place) {
    all = followed_by(all, place > oldest[variable] ? place - oldest[variable] : 0);
  };
  auto const add_view = [&](view const& seen) {
    for (std::size_t variable = 0; variable < oldest.size(); ++variable)
      add_place(variable, variable < seen.size() ? seen[variable] : 0);
  };
  for (thread const& each : threads_) {
    all = followed_by(all, each.past);
    all = followed_by(all, each.ended ? 1 : each.sleeps_on == awake ? 2 : 3 + each.sleeps_on);
    if (!each.ended) add_view(each.seen);
  }
  for (std::size_t variable = 0; variable < oldest.size(); ++variable) {
    variable_record const& each = variables_[variable];
    add_place(variable, each.last_seq_cst);
    add_place(variable, each.seen_by_wakers);
    add_place(variable, each.touched);
    for (std::size_t place = oldest[variable]; place < each.messages.size(); ++place) {
      all = followed_by(all, each.messages[place].value);
      add_view(each.messages[place].seen);
    }
  }
  return all;
}

std::size_t& explorer::own_place(std::size_t variable) {
  view& own = own_view();
  if (own.size() <= variable) own.resize(variable + 1);
  return own[variable];
}

void explorer::forget_the_past_at(unsigned step) {
  if (running_ != nullptr) running_->past = step;
}

void explorer::remember(std::uint64_t result) {
  if (running_ != nullptr) running_->past = followed_by(running_->past, result);
}

unsigned explorer::asleep() const {
  return static_cast<unsigned>(std::ranges::count_if(threads_, [](thread const& each) { return !each.ended; }));
}

std::size_t explorer::new_variable() {
  variables_.emplace_back();
  return variables_.size() - 1;
}

void explorer::let_others_run() {
  if (running_ == nullptr) return;
  unitcost_switch_context(&running_->stack_pointer, outside_stack_pointer_, nullptr);
}

unsigned explorer::choose(unsigned count) {
  if (!exploring_) return count - 1;
  if (count == 1) return 0;
  if (depth_ == choices_.size()) choices_.push_back({0, count});
  return choices_[depth_++].taken;
}

bool explorer::next_execution() {
  while (!choices_.empty() && choices_.back().taken + 1 == choices_.back().count) choices_.pop_back();
  if (choices_.empty()) return false;
  ++choices_.back().taken;
  return true;
}

std::memory_order explorer::weakened(std::memory_order order, std::size_t variable, access kind,
                                     std::string_view function) {
  if (running_ == nullptr) return order;
  for (weakening const& one : weakened_)
    if (one.variable == variable && one.kind == kind && is_of(one.function, function)) {
      weakened_any_ = true;
      return one.to;
    }
  return order;
}

void explorer::sleep_on(std::size_t variable) {
  running_->sleeps_on = variable;
  let_others_run();
  remember(variable);
}

void explorer::wake(std::size_t variable, int count) {
  for (std::vector<thread*> sleepers;; sleepers.clear()) {
    for (thread& each : threads_)
      if (each.sleeps_on == variable) sleepers.push_back(&each);
    if (sleepers.empty() || count-- == 0) return;
    sleepers[choose(static_cast<unsigned>(sleepers.size()))]->sleeps_on = awake;
  }
}

}  // namespace unitcost::interleavings
