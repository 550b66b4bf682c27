#include "benchmarks/measures/messages/message_parties.hpp"

#include <atomic>
#include <exception>
#include <functional>
#include <stdexcept>

#include "impl/process/held_process.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/ignored_broken_pipes.hpp"
#include "impl/runtime/pinning.hpp"
#include "impl/runtime/posix_thread.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

constexpr std::uint64_t asker_seed = 1, answerer_seed = 2;
constexpr int warm_up_trips = 16;
// A percentile wants ten samples beyond it: p50 wants 20 and p99 1,000, as far as thrice the time suffices.
constexpr std::size_t fewest_samples = 20, samples_for_p99 = 1000, most_samples = 500'000;

class asking_party {
 public:
  asking_party(message_way& way, talk_plan const& plan, talk_tallies& tallies, peer_watch& watch)
      : way_(way),
        plan_(plan),
        tallies_(tallies),
        watch_(watch),
        out_(asker_seed, plan.message_bytes, tallies.asked),
        in_(answerer_seed, plan.message_bytes, tallies.answered) {}

  talk_times talk() {
    talk_times times;
    round_trip();
    in_.note_whole();
    for (int trip = 1; trip < warm_up_trips; ++trip) round_trip();
    time_trips(times.one_way_ns);
    if (!tallies_.answered.all_sound()) return times;
    round_trip(true);
    in_.note_whole();
    if (plan_.stream_ns > 0) stream(times);
    exchange_numbers();
    return times;
  }

 private:
  void round_trip(bool is_last = false) {
    way_.send(party::asker, out_.next(is_last), watch_);
    way_.receive(party::asker, in_.room(), watch_);
    in_.note();
    watch_.note_progress();
  }

  void time_trips(std::vector<double>& one_way_ns) {
    one_way_ns.reserve(most_samples);
    std::int64_t const begun_ns = runtime::now_ns();
    for (std::int64_t now_ns = begun_ns; wants_more(one_way_ns.size(), now_ns - begun_ns);) {
      std::int64_t const from_ns = runtime::now_ns();
      for (unsigned trip = 0; trip < plan_.trips_per_sample; ++trip) round_trip();
      now_ns = runtime::now_ns();
      one_way_ns.push_back(static_cast<double>(now_ns - from_ns) / (2.0 * plan_.trips_per_sample));
    }
  }
  bool wants_more(std::size_t samples, std::int64_t elapsed_ns) const {
    if (samples >= most_samples || !tallies_.answered.all_sound()) return false;
    return samples < fewest_samples || elapsed_ns < plan_.trips_ns ||
           (samples < samples_for_p99 && elapsed_ns < 3 * plan_.trips_ns);
  }

  void await_number() {
    way_.receive(party::asker, in_.room_of_number(), watch_);
    in_.note_number();
    watch_.note_progress();
  }

  void exchange_numbers() {
    way_.send(party::asker, out_.next_number(), watch_);
    await_number();
  }

  void stream(talk_times& times) {
    exchange_numbers();  // the other party may still be comparing the last message
    constexpr std::uint64_t messages_per_reading = 8;
    std::int64_t const begun_ns = runtime::now_ns();
    for (bool is_last = false; !is_last; watch_.note_progress()) {
      ++times.streamed;
      is_last = times.streamed % messages_per_reading == 0 && runtime::now_ns() - begun_ns >= plan_.stream_ns;
      way_.send(party::asker, out_.next(is_last), watch_);
    }
    await_number();
    times.stream_ns = runtime::now_ns() - begun_ns;
  }

  message_way& way_;
  talk_plan const& plan_;
  talk_tallies& tallies_;
  peer_watch& watch_;
  outgoing_message out_;
  incoming_message in_;
};

/// At each tick: the other party may have left just after its last message, which is still to be read then. At the next
/// tick it is not.
class departure {
 public:
  void note(bool has_left) {
    if (has_left && had_left_) throw unit_crashed("the other party left before its last message", 0, 0);
    had_left_ = has_left;
  }

 private:
  bool had_left_ = false;
};

}  // namespace

talk_times ask(message_way& way, talk_plan const& plan, talk_tallies& tallies, peer_watch& watch) {
  return asking_party(way, plan, tallies, watch).talk();
}

void answer(message_way& way, talk_plan const& plan, talk_tallies& tallies, peer_watch& watch) {
  outgoing_message out(answerer_seed, plan.message_bytes, tallies.answered);
  incoming_message in(asker_seed, plan.message_bytes, tallies.asked);
  bool is_last = false;
  for (bool is_first = true; !is_last; is_first = false) {
    way.receive(party::answerer, in.room(), watch);
    is_last = in.note().is_last;
    way.send(party::answerer, out.next(is_last), watch);
    if (is_first || is_last) in.note_whole();  // while nobody is timed
  }
  auto const exchange_numbers = [&] {
    way.receive(party::answerer, in.room_of_number(), watch);
    in.note_number();
    way.send(party::answerer, out.next_number(), watch);
  };
  if (plan.stream_ns > 0) {
    exchange_numbers();
    do {
      way.receive(party::answerer, in.room(), watch);
      is_last = in.note().is_last;
    } while (!is_last);
    way.send(party::answerer, out.next_number(), watch);
    in.note_whole();
  }
  exchange_numbers();
}

talk_times talk_between_processes(message_way& way, talk_plan const& plan, std::vector<int> const& cpus,
                                  std::int64_t patience_ns, talk_tallies& tallies) {
  runtime::ignored_broken_pipes const ignored;  // of a party that has closed its end
  runtime::pin_to(cpus, 0);
  runtime::shared_object<processes::shared_failure> failure;
  processes::held_process answerer(*failure, {.name = "answerer", .daemon = true}, [&] {
    runtime::pin_to(cpus, cpus.size() - 1);
    way.keep_only(party::answerer);
    way.begin(party::answerer);
    peer_watch watch(peer_watch::for_ever, [] {});  // it ends with its handle
    answer(way, plan, tallies, watch);
  });
  way.keep_only(party::asker);
  way.begin(party::asker);
  departure of_answerer;
  peer_watch watch(patience_ns, [&] {
    bool const has_left = !answerer.alive();
    if (has_left) answerer.join();  // says how, unless it was well
    of_answerer.note(has_left);
  });
  try {
    talk_times times = ask(way, plan, tallies, watch);
    if (tallies.answered.all_sound() && !answerer.join_within(patience_ns))
      throw std::runtime_error("the other party does not end");
    return times;
  } catch (unit_crashed const&) {
    way.rethrow_failure();
    // How it ended tells more than that an end was closed. It may have ended well, and early, by a message that came
    // twice: the check tells that.
    if (answerer.join_within(patience_ns) && !tallies.asked.all_sound()) return {};
    throw;
  }
}

talk_times talk_between_threads(message_way& way, talk_plan const& plan, std::vector<int> const& cpus,
                                std::int64_t patience_ns, talk_tallies& tallies) {
  runtime::pin_to(cpus, 0);
  std::atomic<bool> is_over{false}, has_left{false};
  std::exception_ptr failed;
  departure of_answerer;
  // Made before the thread and ended after it: the other's watch finds this one's handler, and leaves it.
  peer_watch watch(patience_ns, [&] { of_answerer.note(has_left.load(std::memory_order_relaxed)); });
  way.begin(party::asker);
  auto const talk_back = [&] {
    try {
      way.begin(party::answerer);
      peer_watch own(peer_watch::for_ever, [&] {
        if (is_over.load(std::memory_order_relaxed)) throw std::runtime_error("nobody asks any more");
      });
      answer(way, plan, tallies, own);
    } catch (...) {
      if (!is_over.load(std::memory_order_relaxed))
        failed = std::current_exception();  // else it follows from the asker's
    }
    has_left.store(true, std::memory_order_relaxed);
  };
  talk_times times;
  std::exception_ptr asker_failed;
  {
    runtime::posix_thread answerer({.cpu = runtime::thread_attributes::cpu_of(cpus, cpus.size() - 1)}, talk_back);
    try {
      times = ask(way, plan, tallies, watch);
    } catch (...) {
      asker_failed = std::current_exception();
    }
    if (asker_failed || !tallies.answered.all_sound()) is_over.store(true, std::memory_order_relaxed);
  }
  // The answerer's failure is the reason of an asker who only found that it had left.
  if (failed) std::rethrow_exception(failed);
  if (asker_failed) std::rethrow_exception(asker_failed);
  return times;
}

}  // namespace unitcost::measures
