// The server of a site: answers each request after the same delay, in one loop over epoll.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "benchmarks/load/due_answers.hpp"
#include "benchmarks/load/loopback.hpp"
#include "impl/runtime/epoll_set.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "workloads/io/http.hpp"
#include "workloads/io/site.hpp"

namespace unitcost::load {

/// Where the server leaves what it saw. May be in memory shared with the crawlers' process.
struct page_log {
  std::span<std::uint32_t> answers;  ///< how often each page was sent, to its last byte
  std::uint64_t refused = 0;         ///< what was no request for a page of the site: its connection was closed
  std::int64_t late_ns = 0;          ///< beyond the delay, of all answers together: the server's own fault
  runtime::futex_word accepted{0};   ///< 1, and woken, when all connections were accepted
};

struct page_service {
  workloads::site what;
  std::int64_t delay_ns;      ///< from when a request was read to its answer
  std::uint32_t connections;  ///< so many are accepted, and then no more
  std::int64_t patience_ns;   ///< where nothing happens for so long, `run` throws
  /// Called when each connection has a page under way, if that is before the first answer is due.
  std::function<void()> when_all_wait = [] {};
};

class page_server {
 public:
  /// The connections come by `from`, which is non-blocking from here on.
  page_server(listener const& from, page_service const& asked, page_log& log);

  /// Until all connections have come and were closed by their clients. Throws std::runtime_error where nothing happens
  /// for so long.
  void run();

 private:
  struct visitor {
    runtime::owned_descriptor socket;
    bool awaits_answer = false;
    bool noticed = false;  // something came besides its request: no event will tell again
    std::uint32_t page = 0;
    std::size_t bytes = 0;  // read of the request
    std::array<std::byte, workloads::most_head_bytes> request{};
  };

  void serve_events();
  void serve(std::uint32_t index, bool hung_up);
  void accept_all();
  void answer_due();
  void receive(std::uint32_t index);
  void take_request(std::uint32_t index);
  void send_answer(std::uint32_t index);
  void close(visitor& one);

  listener const& from_;
  page_service what_;
  page_log& log_;
  runtime::epoll_set epoll_;
  due_answers due_;
  std::vector<visitor> visitors_;
  std::size_t open_ = 0;
  std::array<std::byte, workloads::most_head_bytes + workloads::page_bytes> answer_;  // the one that is being sent
  std::size_t head_bytes_;
};

}  // namespace unitcost::load
