// Leader/followers (Schmidt, Stal, Rohnert, Buschmann, Pattern-Oriented Software Architecture 2, 2000): equal threads
// take turns at waiting. The leader waits for one event, promotes a follower to wait for the next, and then reads,
// handles and answers the request itself, on the stack, the CPU and the cache that it has; it comes back as a follower,
// or as the leader if there is none.
//
// How two things are kept that are easily lost:
//
//   No two threads have one connection. Connections are watched with EPOLLONESHOT: telling of one disarms it, whatever
//   else arrives, until the thread that was told arms it again, which it does when it is done with what it read.
//   No event is lost. What arrives while a connection is disarmed stays in its socket, and arming looks at the socket
//   (EPOLL_CTL_MOD): if there is something, the leader is told at once. An event that was told is in the hands of the
//   thread that led, which promotes a follower only after it has taken the event out of what epoll wrote.
//
// What it buys: nothing changes hands, and while all threads are busy none has to be woken. What it costs: an arming
// for each request, a wake-up of a follower for each where threads idle; and nobody can rank requests or turn them
// away.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "impl/pools/leadership.hpp"
#include "impl/pools/request_service.hpp"
#include "impl/runtime/epoll_set.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::pools {

class leader_followers {
 public:
  /// `threads` take turns, the one that calls `serve` among them; one at least, else it throws
  /// std::invalid_argument. Throws as request_service does, too.
  leader_followers(unsigned threads, request_source source, request_handler handler);
  leader_followers(leader_followers const&) = delete;
  leader_followers& operator=(leader_followers const&) = delete;

  /// Returns when all clients have closed and all requests are answered. Throws what left the handler first, what
  /// starting a thread throws. To be called once.
  void serve();

 private:
  /// The request belongs to the thread that was told of its connection, until it arms it again. Threads write to
  /// neighbours at the same time: so each has cache lines of its own.
  struct alignas(64) connection_state {
    explicit connection_state(std::size_t request_bytes) : request(request_bytes) {}
    incoming_request request;
    std::atomic<bool> armed{true};
  };

  void take_turns();
  /// The leader's.
  std::uint32_t wait_for_connection();
  void process(std::uint32_t connection);
  incoming_request::progress read_on(std::uint32_t connection);
  void arm(std::uint32_t connection);
  void tell_that_all_is_over();
  /// What the end of all is known by where connections are.
  std::uint32_t over_mark() const { return service_.connections(); }

  unsigned threads_;
  request_service service_;
  leadership leadership_;
  runtime::epoll_set epoll_;        ///< whoever leads waits in it; armed and disarmed by all
  runtime::owned_descriptor over_;  ///< watched beside the connections: readable when all of them have closed
  std::deque<connection_state> connections_;
  std::atomic<std::uint32_t> open_;
};

}  // namespace unitcost::pools
