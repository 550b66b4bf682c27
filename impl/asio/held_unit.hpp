// An awaitable of turns that its starter, another one, holds. Its end is announced as Asio's users do it: by a timer
// that is cancelled, which is also what the time-out is.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/deferred.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "impl/asio/task.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::asio_runtime {

using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

struct held_state {
  held_state(executor const& where, started_as started) : as(std::move(started)), end(where) {}

  started_as as;
  bool ended = false;
  timer end;
};

/// For one unit at a time; copies are of the same unit.
class held_handle {
 public:
  explicit held_handle(std::shared_ptr<held_state> state) : state_(std::move(state)) {}

  task<void> join() { return ended_by(state_, timer::time_point::max()); }
  /// The others run meanwhile, by turns with what is due. One that never gives its turn away keeps its joiner waiting.
  task<bool> join_within(std::int64_t limit_ns) {
    return has_ended_by(state_, timer::time_point(std::chrono::nanoseconds(runtime::now_ns() + limit_ns)));
  }
  bool alive() const { return !state_->ended; }
  std::string_view name() const { return state_->as.name; }
  bool daemon() const { return state_->as.daemon; }

 private:
  static task<void> ended_by(std::shared_ptr<held_state> of, timer::time_point until) {
    if (of->ended) co_return;
    of->end.expires_at(until);
    co_await of->end.async_wait(boost::asio::as_tuple(boost::asio::deferred));
  }
  static task<bool> has_ended_by(std::shared_ptr<held_state> of, timer::time_point until) {
    co_await ended_by(of, until);
    co_return of->ended;
  }

  std::shared_ptr<held_state> state_;
};

}  // namespace unitcost::asio_runtime
