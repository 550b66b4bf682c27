// Clients of a server of requests, who send three numbers and are told their sum, and a server that runs beside them.
#pragma once

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>
#include <span>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "impl/pools/request_service.hpp"
#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::test {

using pools::request_answer, pools::request_handler, pools::request_source;

inline constexpr std::size_t request_size = 24;
inline constexpr std::chrono::seconds in_vain{20};

using request_numbers = std::array<std::uint64_t, 3>;
static_assert(sizeof(request_numbers) == request_size);

inline request_numbers numbers_of(std::span<std::byte const> request) {
  request_numbers numbers;
  std::memcpy(numbers.data(), request.data(), sizeof numbers);
  return numbers;
}

/// The connection and the sum of the request's numbers.
inline request_answer summed(std::uint32_t connection, std::span<std::byte const> request) {
  request_numbers const numbers = numbers_of(request);
  std::array<std::uint64_t, 2> const sum{connection, numbers[0] + numbers[1] + numbers[2]};
  request_answer answer;
  std::memcpy(answer.data(), sum.data(), sizeof answer);
  return answer;
}

/// A client's end.
class asking_client {
 public:
  /// A server that is silent for a long time is a failure, not a test that hangs.
  explicit asking_client(int socket) : socket_(socket) {
    timeval const limit{.tv_sec = in_vain.count(), .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }

  void send(std::span<std::byte const> bytes) const {
    for (auto left = bytes; !left.empty();) {
      auto const count = runtime::write_some(socket_.get(), left);
      if (count <= 0) throw std::runtime_error("the server has closed");
      left = left.subspan(static_cast<std::size_t>(count));
    }
  }
  void send(request_numbers const& numbers) const { send(std::as_bytes(std::span(numbers))); }
  /// Nothing where the server hangs up.
  std::optional<std::array<std::uint64_t, 2>> answer() const {
    std::array<std::uint64_t, 2> read;
    auto const bytes = std::as_writable_bytes(std::span(read));
    for (std::size_t done = 0; done < bytes.size();) {
      auto const count = runtime::read_some(socket_.get(), bytes.subspan(done));
      if (count == -EAGAIN) throw std::runtime_error("the server is silent");
      if (count <= 0) return std::nullopt;
      done += static_cast<std::size_t>(count);
    }
    return read;
  }
  std::uint64_t ask(request_numbers const& numbers) const {
    send(numbers);
    return answer().value().at(1);
  }
  void close() { socket_.reset(); }

 private:
  runtime::owned_descriptor socket_;
};

struct asked_connections {
  explicit asked_connections(std::size_t count) {
    std::signal(SIGPIPE, SIG_IGN);
    for (std::size_t index = 0; index < count; ++index) {
      int ends[2];
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no socket left");
      server_ends.emplace_back(ends[0]);
      clients.emplace_back(ends[1]);
    }
  }
  request_source source() const {
    request_source all{.sockets = {}, .request_bytes = request_size};
    for (auto const& each : server_ends) all.sockets.push_back(each.get());
    return all;
  }
  void close_all() {
    for (asking_client& each : clients) each.close();
  }

  std::vector<runtime::owned_descriptor> server_ends;
  std::vector<asking_client> clients;
};

/// Serves until the end of its life, by when the clients have closed.
template <class Server>
class running_server {
 public:
  running_server(unsigned threads, asked_connections& asked, request_handler handler)
      : asked_(asked), server_(threads, asked.source(), std::move(handler)), thread_([this] { serve(); }) {}
  ~running_server() { end(); }
  /// What serve threw.
  std::exception_ptr end() {
    asked_.close_all();
    if (thread_.joinable()) thread_.join();
    return failure_;
  }

 private:
  void serve() {
    try {
      server_.serve();
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  asked_connections& asked_;
  Server server_;
  std::exception_ptr failure_;
  std::thread thread_;
};

/// Notes when two threads are in the requests of one connection.
class one_at_a_time {
 public:
  explicit one_at_a_time(std::size_t connections) : inside_(connections) {}

  void enter(std::uint32_t connection) {
    if (inside_[connection].fetch_add(1) > 0) ever_two_ = true;
  }
  void leave(std::uint32_t connection) { --inside_[connection]; }
  bool two_are_in(std::uint32_t connection) const { return inside_[connection] > 1; }
  bool ever_two() const { return ever_two_; }

 private:
  std::vector<std::atomic<int>> inside_;
  std::atomic<bool> ever_two_{false};
};

}  // namespace unitcost::test
