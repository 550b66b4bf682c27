// Ways through the kernel: a pipe and a socket pair, which copy bytes in and out; a POSIX message queue; a signal.
#pragma once

#include <mqueue.h>
#include <sys/types.h>

#include <array>

#include "benchmarks/measures/messages/message_way.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

/// Writes all of it, or reads as much. Throws unit_crashed where the other end is closed. SIGPIPE is to be ignored.
void write_watched(int descriptor, std::span<std::byte const> from, peer_watch& watch);
void read_watched(int descriptor, std::span<std::byte> into, peer_watch& watch);

struct socket_ends {
  runtime::owned_descriptor first, second;
};
/// Of UNIX stream sockets, closed by exec.
socket_ends open_socket_pair();

/// A pipe for each direction, of the capacity that the kernel gives it (64 KiB).
class pipe_way final : public message_way {
 public:
  explicit pipe_way(way_order const& order);
  void keep_only(party who) override;
  void send(party from, std::span<std::byte const> message, peer_watch& watch) override;
  void receive(party at, std::span<std::byte> message, peer_watch& watch) override;

 private:
  std::array<runtime::pipe_ends, 2> from_;
};

/// One pair of UNIX stream sockets, both directions in one, with the buffers that the kernel gives them.
class socket_pair_way final : public message_way {
 public:
  explicit socket_pair_way(way_order const& order);
  void keep_only(party who) override;
  void send(party from, std::span<std::byte const> message, peer_watch& watch) override;
  void receive(party at, std::span<std::byte> message, peer_watch& watch) override;

 private:
  std::array<runtime::owned_descriptor, 2> ends_;
};

/// A POSIX message queue for each direction, of as many messages as an unprivileged process may ask for. Its name is
/// gone as soon as it is open: nothing is left of it, whoever dies.
class message_queue_way final : public message_way {
 public:
  /// Throws not_supported where messages are larger than the system allows, or it has no such queues.
  explicit message_queue_way(way_order const& order);
  ~message_queue_way() override;
  void send(party from, std::span<std::byte const> message, peer_watch& watch) override;
  void receive(party at, std::span<std::byte> message, peer_watch& watch) override;

 private:
  std::array<mqd_t, 2> from_{-1, -1};
  std::size_t message_bytes_;
  std::array<std::vector<std::byte>, 2> rooms_;  ///< of each party, for what is smaller
};
/// fs.mqueue.msgsize_max; 8 KiB, the kernel's default, where it cannot be read.
std::size_t largest_queued_message();

/// A queued real-time signal, sent to the other's thread and taken by sigwaitinfo(2). Its value is the message.
class signal_way final : public message_way {
 public:
  explicit signal_way(way_order const& order);
  ~signal_way() override;
  void begin(party who) override;
  void send(party from, std::span<std::byte const> message, peer_watch& watch) override;
  void receive(party at, std::span<std::byte> message, peer_watch& watch) override;

 private:
  struct address {
    std::atomic<pid_t> process{0}, thread{0};
  };
  runtime::shared_array<address> who_;
  sigset_t taken_, before_;
};

}  // namespace unitcost::measures
