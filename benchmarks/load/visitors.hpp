// Clients of which each connects, is answered once, and leaves or stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "benchmarks/load/loopback.hpp"
#include "impl/runtime/epoll_set.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "workloads/io/visit.hpp"

namespace unitcost::load {

/// Where visitors leave what they saw. May be in memory shared with the server's process.
struct visit_log {
  std::span<std::int64_t> visit_ns;  ///< of each, from just before it connects to the reading of its answer's last byte
  std::uint32_t answered = 0;
  std::uint32_t wrong_answers = 0;
  std::uint32_t lost = 0;      ///< the server closed the connection, it broke, or no answer came in time
  std::uint64_t checksum = 0;  ///< of the messages that were answered, as the server's grows by them
  std::int64_t begin_ns = 0;   ///< before the first connects
  std::int64_t end_ns = 0;     ///< the last answer
  std::int64_t cpu_ns = 0;     ///< that the visitors' process has used meanwhile
};

class visitors {
 public:
  visitors(listener const& server, workloads::visit::parameters const& asked, visit_log& log);

  /// The next `count` come, as many at once as was asked, and have been answered when it returns; or lost, those that
  /// have waited `patience_ns`.
  void come(std::uint32_t count, std::int64_t patience_ns);
  /// Those who stayed.
  void leave() { staying_.clear(); }

 private:
  struct visitor {
    runtime::owned_descriptor socket;
    std::uint32_t number = 0;
    std::int64_t begin_ns = 0;
    std::size_t answered_bytes = 0;
  };

  void arrive(std::uint32_t place);
  void read_answer(std::uint32_t place);
  void check_answer(std::uint32_t place);
  void end_visit(std::uint32_t place);
  std::span<std::byte> answer_at(std::uint32_t place);

  listener const& server_;
  workloads::visit::parameters what_;
  visit_log& log_;
  runtime::epoll_set epoll_;
  std::vector<visitor> places_;  // of those who are under way; free is one without a socket
  std::vector<runtime::owned_descriptor> staying_;
  std::vector<std::byte> message_;
  std::vector<std::byte> answers_;  // at each place, one byte longer than a message: who answers too much is found
  std::uint32_t next_ = 0;          // who comes next
  std::uint32_t last_ = 0;          // who is the first not to come in this call
  std::uint32_t present_ = 0;
};

}  // namespace unitcost::load
