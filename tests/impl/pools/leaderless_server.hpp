// A fault to be found: a server of requests that leaves the leadership out.
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "impl/pools/request_service.hpp"
#include "impl/runtime/epoll_set.hpp"

namespace unitcost::test {

/// Several leaders: all threads wait for the same connections at once, and none is disarmed.
class leaderless_server {
 public:
  leaderless_server(unsigned threads, pools::request_source source, pools::request_handler handler)
      : threads_(threads), service_(std::move(source), std::move(handler)), open_(service_.connections()) {}

  void serve() {
    std::vector<std::jthread> all;
    for (unsigned index = 0; index < threads_; ++index) all.emplace_back([this] { wait_beside_others(); });
  }

 private:
  void wait_beside_others() {
    constexpr std::int64_t look_again_ns = 1'000'000;
    runtime::epoll_set own;
    for (std::uint32_t index = 0; index < service_.connections(); ++index)
      own.add(service_.socket_of(index), EPOLLIN, index);
    std::vector<pools::incoming_request> incoming(service_.connections(),
                                                  pools::incoming_request(service_.request_bytes()));
    while (open_ > 0)
      for (epoll_event const& each : own.wait(look_again_ns, 1)) {
        std::uint32_t const connection = each.data.u32;
        auto const so_far = incoming[connection].read_from(service_.socket_of(connection));
        if (so_far == pools::incoming_request::progress::closed) open_ = 0;
        if (so_far != pools::incoming_request::progress::whole) continue;
        service_.answer(connection, incoming[connection].bytes());
        incoming[connection].begin_next();
      }
  }

  unsigned threads_;
  pools::request_service service_;
  std::atomic<std::uint32_t> open_;
};

}  // namespace unitcost::test
