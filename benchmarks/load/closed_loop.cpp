#include "benchmarks/load/closed_loop.hpp"

#include <limits>

#include "impl/runtime/clock.hpp"

namespace unitcost::load {

closed_loop::closed_loop(std::span<client_end const> ends, workloads::echo::parameters const& asked, client_log& log)
    : log_(log), clients_(ends, asked, log.tallies), sent_ns_(ends.size()) {}

void closed_loop::run(std::int64_t duration_ns, std::int64_t patience_ns) {
  constexpr int look_at_the_clock_ms = 100;
  duration_ns_ = duration_ns;
  patience_ns_ = patience_ns;
  deadline_ns_ = duration_ns > 0 ? std::numeric_limits<std::int64_t>::max() : 0;  // until it is steady
  give_up_ns_ = runtime::now_ns() + patience_ns;
  unanswered_ = clients_.size();
  for (std::uint32_t client = 0; client < clients_.size(); ++client) sent_ns_[client] = clients_.send(client);
  while (clients_.under_way() > 0 && runtime::now_ns() < give_up_ns_)
    clients_.wait(look_at_the_clock_ms, [this](client_event const& event) { take(event); });
  clients_.give_up();
}

void closed_loop::begin_steady(std::int64_t now_ns) {
  log_.steady_from_ns = log_.steady_until_ns = now_ns;
  deadline_ns_ = now_ns + duration_ns_;
  give_up_ns_ = deadline_ns_ + patience_ns_;
}

void closed_loop::note_first(std::int64_t now_ns) {
  if (--unanswered_ == 0) begin_steady(now_ns);
}

void closed_loop::note_time(client_event const& answered) {
  if (unanswered_ > 0) return;
  if (answered.at_ns <= deadline_ns_) {
    ++log_.steady_answers;
    log_.steady_until_ns = answered.at_ns;
  }
  std::int64_t const sent_ns = sent_ns_[answered.client];
  if (sent_ns < log_.steady_from_ns || log_.rounds_timed == log_.round_ns.size()) return;
  log_.round_ns[log_.rounds_timed++] = answered.at_ns - sent_ns;
}

void closed_loop::take(client_event const& event) {
  std::uint64_t const answers = log_.tallies[event.client].requests;
  if (event.lost) {
    if (answers == 0) note_first(event.at_ns);  // it will not come: the others go on
    return;
  }
  if (answers == 1)
    note_first(event.at_ns);
  else
    note_time(event);
  if (event.at_ns < deadline_ns_) sent_ns_[event.client] = clients_.send(event.client);
}

}  // namespace unitcost::load
