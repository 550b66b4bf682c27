// An open loop: requests are sent when they are planned, whether the server has answered the last ones or not.
//
// The plan is dealt out to the clients in turn, and a client has one request under way: one that is due before the last
// has been answered waits at its client and is sent as soon as the answer is there. (So does wrk2.) Its latency counts
// from when it was planned: a server that stalls is charged for all that it kept waiting, and not for one request a
// client.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/load/client_sockets.hpp"
#include "benchmarks/load/latency_histogram.hpp"

namespace unitcost::load {

/// What an open loop leaves behind. May be in memory shared with the server's process.
struct open_loop_log {
  std::atomic<std::int64_t> begun_ns = 0;  ///< what planned times count from; 0: not yet
  latency_histogram latency;               ///< from a request's planned time to its answer
  /// From a request's planned time to its sending, of those whose client was free: what the generator itself was late.
  latency_histogram lag;
  std::int64_t last_answer_ns = 0;     ///< since begun_ns
  std::uint64_t answered_in_time = 0;  ///< by the time of the last planned one
  /// How often it asked for answers and looked for what is due, and how often there was neither.
  std::uint64_t turns = 0, idle_turns = 0;
};

/// Why the numbers are the generator's and not the server's; empty where they are not.
std::string why_behind(open_loop_log const& log, std::size_t planned);

/// Clients is client_sockets, or what a test plays in its place.
template <class Clients>
class open_loop {
 public:
  /// Request i is sent by client i modulo their number, `planned_ns[i]` (ascending) after the beginning.
  open_loop(Clients& clients, std::span<std::int64_t const> planned_ns, open_loop_log& log)
      : clients_(clients), planned_ns_(planned_ns), log_(log) {
    for (std::size_t first = 0; first < clients.size(); ++first) states_.push_back({.next = first});
  }

  /// Has each client answered once: until then the server may still be starting. Then carries out the plan, and returns
  /// when all has been answered, or a client was lost, or nobody was answered for `patience_ns`. It does not sleep
  /// between, since what wakes it might come late.
  void run(std::int64_t patience_ns) {
    patience_ns_ = patience_ns;
    warm_up();
    if (lost_) return;
    begun_ns_ = clients_.now_ns() + lead_ns;
    log_.begun_ns.store(begun_ns_, std::memory_order_release);
    last_heard_ns_ = begun_ns_;
    while (answered_ < planned_ns_.size() && !gave_up()) turn();
    clients_.give_up();
  }

 private:
  static constexpr std::int64_t lead_ns = 1'000'000;

  struct state {
    std::size_t next;          // request of this client; the one under way, while there is one
    std::int64_t free_ns = 0;  // since when none is under way
    bool under_way = false;
  };

  void warm_up() {
    last_heard_ns_ = clients_.now_ns();
    for (std::uint32_t client = 0; client < clients_.size(); ++client) clients_.send(client);
    while (clients_.under_way() > 0 && !gave_up())
      clients_.wait(0, [this](client_event const& event) {
        last_heard_ns_ = event.at_ns;
        lost_ |= event.lost;
      });
    lost_ |= clients_.under_way() > 0;
    if (lost_) clients_.give_up();
  }

  bool gave_up() const { return lost_ || clients_.now_ns() > last_heard_ns_ + patience_ns_; }

  void turn() {
    bool idle = true;
    clients_.wait(0, [this, &idle](client_event const& event) {
      idle = false;
      take(event);
      send_due(event.at_ns - begun_ns_);  // not after all answers, of which there may be many
    });
    if (send_due(clients_.now_ns() - begun_ns_)) idle = false;
    ++log_.turns;
    log_.idle_turns += idle;
  }

  /// False: nothing was due.
  bool send_due(std::int64_t now_ns) {
    std::size_t const before = due_;
    for (; due_ < planned_ns_.size() && planned_ns_[due_] <= now_ns; ++due_) {
      auto const client = static_cast<std::uint32_t>(due_ % states_.size());
      if (!states_[client].under_way) send(client);
    }
    return due_ > before;
  }

  void send(std::uint32_t client) {
    state& one = states_[client];
    std::int64_t const planned_ns = planned_ns_[one.next];
    std::int64_t const sent_ns = clients_.send(client) - begun_ns_;
    one.under_way = true;
    if (one.free_ns <= planned_ns) log_.lag.count(sent_ns - planned_ns);
  }

  void take(client_event const& event) {
    lost_ |= event.lost;
    if (event.lost) return;
    state& one = states_[event.client];
    std::int64_t const now_ns = event.at_ns - begun_ns_;
    log_.latency.count(now_ns - planned_ns_[one.next]);
    if (now_ns <= planned_ns_.back()) ++log_.answered_in_time;
    log_.last_answer_ns = now_ns;
    last_heard_ns_ = event.at_ns;
    ++answered_;
    one.next += states_.size();
    one.free_ns = now_ns;
    one.under_way = false;
    if (one.next < due_) send(event.client);
  }

  Clients& clients_;
  std::span<std::int64_t const> planned_ns_;
  open_loop_log& log_;
  std::vector<state> states_;
  std::int64_t patience_ns_ = 0;
  std::int64_t begun_ns_ = 0;
  std::int64_t last_heard_ns_ = 0;
  std::size_t due_ = 0;  // requests whose time has come
  std::size_t answered_ = 0;
  bool lost_ = false;
};

}  // namespace unitcost::load
