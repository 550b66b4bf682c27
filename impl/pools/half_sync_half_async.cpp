#include "impl/pools/half_sync_half_async.hpp"

#include <sys/epoll.h>

#include <memory>
#include <utility>

namespace unitcost::pools {

/// A request on its way from one half to the other. It is dropped only by a server that fails.
class half_sync_half_async::queued_request final : public task {
 public:
  queued_request(half_sync_half_async& server, std::uint32_t connection, std::vector<std::byte> bytes)
      : server_(server), connection_(connection), bytes_(std::move(bytes)) {}

  void run() noexcept override {
    server_.service_.answer(connection_, bytes_);
    server_.give_back(std::move(bytes_));
  }
  void drop() noexcept override {}

 private:
  half_sync_half_async& server_;
  std::uint32_t connection_;
  std::vector<std::byte> bytes_;
};

half_sync_half_async::half_sync_half_async(unsigned workers, request_source source, request_handler handler)
    : workers_(workers),
      service_(std::move(source), std::move(handler)),
      incoming_(service_.connections(), incoming_request(service_.request_bytes())),
      open_(service_.connections()) {
  spares_.reserve(open_ + workers_ + 1);  // see give_back
  // Level-triggered: what is left in a socket is told of again, so a connection needs no bookkeeping between events.
  for (std::uint32_t connection = 0; connection < open_; ++connection)
    epoll_.add(service_.socket_of(connection), EPOLLIN, connection);
}

void half_sync_half_async::serve() {
  // Room for a request of each client: so the asynchronous half waits for the workers only when clients break their
  // word and send before they are answered.
  thread_crew crew({.threads = workers_, .capacity = service_.connections()});
  while (open_ > 0)
    for (epoll_event const& each : epoll_.wait()) take_in(each.data.u32, crew);
  crew.close();
  crew.join();
  service_.rethrow_failure();
}

// Nothing waits here for one connection alone: of a request that has come in part, the rest is told of by an event.
void half_sync_half_async::take_in(std::uint32_t connection, thread_crew& crew) {
  incoming_request& request = incoming_[connection];
  switch (request.read_from(service_.socket_of(connection))) {
    case incoming_request::progress::partial:
      return;
    case incoming_request::progress::closed:
      epoll_.remove(service_.socket_of(connection));
      --open_;
      return;
    case incoming_request::progress::whole:
      // The bytes are handed over, not copied; the next request of this connection comes into room of its own.
      std::unique_ptr<task> next =
          std::make_unique<queued_request>(*this, connection, request.exchange_for(spare_room()));
      crew.submit(next);
  }
}

std::vector<std::byte> half_sync_half_async::spare_room() {
  {
    std::lock_guard const hold(mutex_);
    if (!spares_.empty()) {
      auto room = std::move(spares_.back());
      spares_.pop_back();
      return room;
    }
  }
  return std::vector<std::byte>(service_.request_bytes());
}

// Never allocates: there are no more rooms than requests in the queue, with the workers, and waiting for the queue.
void half_sync_half_async::give_back(std::vector<std::byte> room) {
  std::lock_guard const hold(mutex_);
  spares_.push_back(std::move(room));
}

}  // namespace unitcost::pools
