#include "impl/pools/leader_followers.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cassert>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "impl/runtime/posix_thread.hpp"

namespace unitcost::pools {

namespace {

constexpr std::uint32_t armed_once = EPOLLIN | EPOLLONESHOT;

/// Whether more comes soon. Far longer than the pieces of a request are apart on a network at hand, so that as a rule
/// one thread reads all of it; so short that a client that stalls in the middle holds a thread up for no longer.
bool more_comes_soon(int socket) {
  constexpr int patience_ms = 1;
  pollfd awaited{.fd = socket, .events = POLLIN, .revents = 0};
  return ::poll(&awaited, 1, patience_ms) == 1;
}

}  // namespace

leader_followers::leader_followers(unsigned threads, request_source source, request_handler handler)
    : threads_(threads),
      service_(std::move(source), std::move(handler)),
      over_(runtime::opened(::eventfd(0, EFD_CLOEXEC), "making an eventfd")),
      open_(service_.connections()) {
  if (threads == 0) throw std::invalid_argument("without threads nobody leads: give the server one or more");
  for (std::uint32_t connection = 0; connection < service_.connections(); ++connection) {
    connections_.emplace_back(service_.request_bytes());
    epoll_.add(service_.socket_of(connection), armed_once, connection);
  }
  epoll_.add(over_.get(), EPOLLIN, over_mark());
  if (open_ == 0) tell_that_all_is_over();
}

void leader_followers::serve() {
  std::vector<runtime::posix_thread> others;
  try {
    while (others.size() + 1 < threads_) others.emplace_back(runtime::thread_attributes{}, [this] { take_turns(); });
  } catch (...) {  // those that were started end, which `others` waits for
    tell_that_all_is_over();
    throw;
  }
  take_turns();
  others.clear();
  service_.rethrow_failure();
}

void leader_followers::take_turns() {
  for (;;) {
    leadership_.lead();
    std::uint32_t const connection = wait_for_connection();
    leadership_.promote_follower();
    // That all is over stays readable: so each leader hears of it, and leaves the place to the next.
    if (connection == over_mark()) return;
    process(connection);
  }
}

// One event: those behind it are the next leaders', who may be there before this one is done.
std::uint32_t leader_followers::wait_for_connection() {
  std::span<epoll_event const> told;
  while (told.empty()) told = epoll_.wait(runtime::epoll_set::for_ever_ns, 1);  // of none, when a signal came
  return told.front().data.u32;
}

void leader_followers::process(std::uint32_t connection) {
  connection_state& state = connections_[connection];
  // Acquire: see arm.
  [[maybe_unused]] bool const was_armed = state.armed.exchange(false, std::memory_order_acquire);
  assert(was_armed && "two threads were told of one connection");
  switch (read_on(connection)) {
    case incoming_request::progress::closed:  // never armed again
      if (--open_ == 0) tell_that_all_is_over();
      return;
    case incoming_request::progress::whole:
      service_.answer(connection, state.request.bytes());
      state.request.begin_next();
      return arm(connection);
    case incoming_request::progress::partial:
      return arm(connection);
  }
}

void leader_followers::arm(std::uint32_t connection) {
  // Release: whoever is told of the connection next sees what this thread has left in its request. The kernel orders
  // arming and telling by a lock, of which the language, and the thread sanitizer, know nothing.
  connections_[connection].armed.store(true, std::memory_order_release);
  epoll_.change(service_.socket_of(connection), armed_once, connection);
}

// All of a request by one thread, if it comes without a pause: its bytes are then in the cache where they are needed.
incoming_request::progress leader_followers::read_on(std::uint32_t connection) {
  int const socket = service_.socket_of(connection);
  incoming_request& request = connections_[connection].request;
  auto so_far = request.read_from(socket);
  while (so_far == incoming_request::progress::partial && more_comes_soon(socket)) so_far = request.read_from(socket);
  return so_far;
}

void leader_followers::tell_that_all_is_over() { ::eventfd_write(over_.get(), 1); }

}  // namespace unitcost::pools
