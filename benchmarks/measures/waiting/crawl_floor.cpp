#include "benchmarks/measures/waiting/crawl_floor.hpp"

#include <cerrno>
#include <cstddef>
#include <vector>

#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/epoll_set.hpp"

namespace unitcost::measures {

namespace {

using lone_crawl = crawl_run<workloads::no_lock>;

class crawl_state_machine {
 public:
  explicit crawl_state_machine(lone_crawl& run)
      : run_(run), open_(run.what.connections), states_(run.what.connections) {}

  void work() {
    for (std::uint32_t index = 0; index < states_.size(); ++index) {
      epoll_.add(socket_of(index), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, index);
      ask_for_next(index);
    }
    while (open_ > 0)
      for (epoll_event const& each : epoll_.wait()) serve(each);
  }

 private:
  struct connection_state {
    workloads::page_exchange exchange;
    bool is_open = true;
  };

  int socket_of(std::uint32_t index) const { return run_.connections[index].get(); }

  void ask_for_next(std::uint32_t index) {
    auto const page = run_.known.next();
    if (!page) return close(index);
    run_.observer_for(index).round(run_.units[index].done.rounds);
    states_[index].exchange.ask_for(*page);
    send_rest(index);
  }

  /// One request is under way: so after it was sent there is nothing to read before the next event.
  void send_rest(std::uint32_t index) {
    auto& exchange = states_[index].exchange;
    while (exchange.is_sending()) {
      auto const count = runtime::write_some(socket_of(index), exchange.unsent());
      if (count == -EAGAIN) return;
      if (!exchange.advance(count, run_.units[index].done)) return close(index);
    }
  }

  void serve(epoll_event const& event) {
    bool const hung_up = runtime::tells_of_hang_up(event);
    std::uint32_t const index = event.data.u32;
    if (!states_[index].is_open) return;
    if (states_[index].exchange.is_sending()) send_rest(index);
    if (hung_up || (event.events & EPOLLIN) != 0) receive(index, hung_up);
  }

  void receive(std::uint32_t index, bool until_closed) {
    connection_state& state = states_[index];
    while (state.is_open && !state.exchange.is_sending()) {
      auto const room = state.exchange.room();
      auto const count = runtime::read_some(socket_of(index), room);
      if (count == -EAGAIN) return;
      if (!state.exchange.advance(count, run_.units[index].done)) return close(index);
      if (state.exchange.is_answered()) take_answer(index);
      bool const drained = static_cast<std::size_t>(count) < room.size();
      if (drained && !until_closed) return;
    }
  }

  void take_answer(std::uint32_t index) {
    if (!workloads::take_page(states_[index].exchange, run_.of, run_.known, run_.units[index].done))
      return close(index);
    ask_for_next(index);
  }

  void close(std::uint32_t index) {
    run_.observer_for(index).end();
    states_[index].is_open = false;
    --open_;
  }

  lone_crawl& run_;
  runtime::epoll_set epoll_;
  std::uint32_t open_;
  std::vector<connection_state> states_;
};

}  // namespace

void crawl_by_hand(lone_crawl& run) { crawl_state_machine(run).work(); }

void add_crawl_floor_cases(harness::registry& all) {
  for (crawl_scale const& scale : crawl_scales) {
    auto one = crawl_case_of("floor", {}, scale);
    one.is_reference = true;
    one.model_file = "benchmarks/measures/waiting/crawl_floor.cpp";
    one.skip_reason = why_no_conversation("floor", scale.asked.connections, scale.asked.connections, 1);
    one.run = [asked = scale.asked](harness::measurement& given) {
      measure_crawl_of<workloads::no_lock>(asked, true, given,
                                           [](lone_crawl& run, placement const&) { crawl_by_hand(run); });
    };
    all.add(one);
  }
}

}  // namespace unitcost::measures
