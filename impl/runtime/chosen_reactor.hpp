// A reactor of either kind, for schedulers that are no templates: which one is said when it is made.
//
// What the choice costs is a branch that always goes the same way. It adds no call between two system calls, as a
// virtual function would, nor a return (reactor.hpp).
#pragma once

#include <cstdint>
#include <variant>

#include "impl/runtime/completion_reactor.hpp"
#include "impl/runtime/reactor.hpp"
#include "impl/runtime/reactor_of.hpp"

namespace unitcost::runtime {

enum class waits_over : std::uint8_t { epoll, io_uring };

class chosen_transfers {
 public:
  /// By the thread that uses it. Throws what io_uring_transfers' constructor does.
  explicit chosen_transfers(waits_over which) {
    if (which == waits_over::io_uring) either_.emplace<io_uring_transfers>();
  }

  // As in `reactor_of`.
  bool start(stream& on, transfer& one) { return is_epoll() ? epoll().start(on, one) : io_uring().start(on, one); }
  bool has_waiting() const { return is_epoll() ? epoll().has_waiting() : io_uring().has_waiting(); }
  void wait(std::int64_t until_ns) { is_epoll() ? epoll().wait(until_ns) : io_uring().wait(until_ns); }
  waiting* take_completed() { return is_epoll() ? epoll().take_completed() : io_uring().take_completed(); }
  void let_go() { is_epoll() ? epoll().let_go() : io_uring().let_go(); }
  void abandon() { is_epoll() ? epoll().abandon() : io_uring().abandon(); }

 private:
  bool is_epoll() const { return std::holds_alternative<epoll_transfers>(either_); }
  epoll_transfers& epoll() { return *std::get_if<epoll_transfers>(&either_); }
  epoll_transfers const& epoll() const { return *std::get_if<epoll_transfers>(&either_); }
  io_uring_transfers& io_uring() { return *std::get_if<io_uring_transfers>(&either_); }
  io_uring_transfers const& io_uring() const { return *std::get_if<io_uring_transfers>(&either_); }

  std::variant<epoll_transfers, io_uring_transfers> either_;
};

using chosen_reactor = reactor_of<chosen_transfers>;

}  // namespace unitcost::runtime
