#include "impl/pools/thread_crew.hpp"

#include <stdexcept>
#include <utility>

#include "impl/pools/locked_line.hpp"
#include "impl/pools/pool_errors.hpp"
#include "impl/pools/stealing_line.hpp"

namespace unitcost::pools {

namespace {

std::unique_ptr<task_line> line_for(crew_options const& chosen) {
  if (chosen.discipline == queue_discipline::deque)
    return std::make_unique<stealing_line>(chosen.threads, chosen.capacity);
  return std::make_unique<locked_line>(chosen.discipline, chosen.capacity);
}

}  // namespace

thread_crew::thread_crew(crew_options const& chosen) : line_(line_for(chosen)) {
  if (chosen.threads == 0) throw std::invalid_argument("a pool without threads would run no task: give it one or more");
  threads_.reserve(chosen.threads);
  try {
    for (unsigned index = 0; index < chosen.threads; ++index)
      threads_.emplace_back(runtime::thread_attributes{.cpu = runtime::thread_attributes::cpu_of(chosen.cpus, index)},
                            [this, index] { serve(index); });
  } catch (...) {  // no room for one more thread: those that are there wait for tasks
    terminate();
    join();
    throw;
  }
}

thread_crew::~thread_crew() {
  terminate();
  join();
}

void thread_crew::close() { line_->close(); }

void thread_crew::terminate() { line_->terminate(); }

void thread_crew::join() {
  if (!line_->is_closed()) throw pool_still_running();
  std::lock_guard const only(joining_);
  threads_.clear();
}

void thread_crew::require_running() {
  if (line_->is_closed()) throw pool_not_running();
}

void thread_crew::serve(std::size_t worker) {
  while (std::unique_ptr<task> const next = line_->take(worker)) next->run();
}

}  // namespace unitcost::pools
