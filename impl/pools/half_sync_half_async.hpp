// Half-sync/half-async (Schmidt, Stal, Rohnert, Buschmann, Pattern-Oriented Software Architecture 2, 2000): one thread
// waits for all connections and reads whole requests, a queue takes them across, and threads that block handle them.
//
// What it buys: the handler is plain code that may take its time, while the reading goes on; the queue evens out
// bursts, and its length is where one could rank requests or turn them away. What it costs: each request changes
// hands, so its bytes are written by one thread and read by another, whose cache may have none of them, and a worker
// that sleeps has to be woken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "impl/pools/request_service.hpp"
#include "impl/pools/thread_crew.hpp"
#include "impl/runtime/epoll_set.hpp"

namespace unitcost::pools {

class half_sync_half_async {
 public:
  /// `workers` threads handle requests, beside the one that calls `serve`. Throws as request_service does.
  half_sync_half_async(unsigned workers, request_source source, request_handler handler);
  half_sync_half_async(half_sync_half_async const&) = delete;
  half_sync_half_async& operator=(half_sync_half_async const&) = delete;

  /// The asynchronous half: returns when all clients have closed and all requests are answered. Throws what left the
  /// handler first, what starting a thread throws, std::invalid_argument without workers. To be called once.
  void serve();

 private:
  class queued_request;

  void take_in(std::uint32_t connection, thread_crew& crew);
  std::vector<std::byte> spare_room();
  void give_back(std::vector<std::byte> room);

  unsigned workers_;
  request_service service_;
  // The asynchronous half's own.
  runtime::epoll_set epoll_;
  std::vector<incoming_request> incoming_;
  std::uint32_t open_;

  std::mutex mutex_;                            ///< guards what follows
  std::vector<std::vector<std::byte>> spares_;  ///< of requests that are answered; the last one is the warmest
};

}  // namespace unitcost::pools
