// primitives, workload session: the same conversation with the switch written by hand, and with one that happens by
// itself.
//
// A producer sends numbered messages to a consumer through a bounded buffer. `by:manual`: who finds it full, or empty,
// transfers to the other by name (as in greenlet). `by:automatic`: put and get suspend by themselves, and the scheduler
// chooses who goes on (as in gevent). Both runs of a model have to deliver the same messages in the same order.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/together.hpp"
#include "impl/model.hpp"
#include "impl/runtime/bounded_buffer.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "workloads/splitmix64.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info session_info{
    .name = "primitives",
    .question = "What does a message cost when units switch by hand, and how much more when they switch by themselves?",
    .from = "on the producer, before its first message; both units are alive",
    .to = "on the consumer, after the last message",
    .unit = "ns per message; switches per message; automatic over manual",
    .method =
        "median of nine runs of equally many messages; by:automatic runs the manual spelling before or after each of "
        "them, in the same process, and the ratio is the median of the nine; a switch is counted when another unit "
        "than the last one sends or receives; nothing is subtracted",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/units/session.hpp"};

enum class spelling : std::uint8_t { manual, automatic };

struct message {
  std::uint64_t value = 0;
  bool is_last = false;
};

/// What a run of messages comes to: of the messages that came, in the order in which they came.
struct delivery {
  std::uint64_t messages = 0;
  std::uint64_t checksum = 0;
  std::uint64_t switches = 0;
  std::int64_t elapsed_ns = 0;

  void receive(message const& one) {
    ++messages;
    checksum = workloads::mix(checksum ^ one.value);
  }
};

/// Without any units.
delivery oracle_of_messages(std::uint64_t messages);

/// The members of a session by their index.
inline constexpr unsigned producer = 0, consumer = 1;

/// What producer and consumer do beside waiting for each other; the same in all spellings.
class conversation {
 public:
  explicit conversation(std::uint64_t messages) : messages_(messages) {}

  void begin() { start_ns_ = runtime::now_ns(); }
  bool has_more() const { return sent_ < messages_; }
  message next() {
    note_runner(producer);
    std::uint64_t const number = sent_++;
    return {workloads::mix(number), sent_ == messages_};
  }
  /// True when there are more to come. One more than was sent shows that something is wrong.
  bool receive(message const& one) {
    note_runner(consumer);
    delivered_.receive(one);
    if (!one.is_last && delivered_.messages <= messages_) return true;
    delivered_.elapsed_ns = runtime::now_ns() - start_ns_;
    return false;
  }
  delivery const& delivered() const { return delivered_; }

 private:
  void note_runner(unsigned index) {
    delivered_.switches += running_ != index;
    running_ = index;
  }

  std::uint64_t messages_;
  std::uint64_t sent_ = 0;
  std::int64_t start_ns_ = 0;
  unsigned running_ = producer;
  delivery delivered_;
};

/// Who would block names the other and runs it.
struct manual_session {
  manual_session(std::size_t capacity, std::uint64_t messages) : talk(messages), buffer(capacity) {}

  conversation talk;
  runtime::bounded_buffer<message> buffer;
  unsigned arrived = 0;
  std::array<void*, 2> contexts{};  ///< of the members, in the direct spelling

  /// Whoever comes first parks until the other transfers to it.
  template <class Model>
  static void direct(typename Model::context& unit, manual_session& session, unsigned index) {
    session.contexts[index] = &unit;
    if (session.arrived++ == 0) unit.park();
    auto& other = *static_cast<typename Model::context*>(session.contexts[1 - index]);
    if (index == producer)
      session.produce(unit, other);
    else
      session.consume(unit, other);
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, manual_session& session, unsigned index) {
    if (session.arrived++ == 0) co_await among.park();
    if (index == producer) {
      session.talk.begin();
      while (session.talk.has_more()) {
        if (session.buffer.full()) co_await among.transfer_to(consumer);
        session.buffer.push(session.talk.next());
      }
      co_await among.transfer_to(consumer);
      co_return;
    }
    do {
      if (session.buffer.empty()) co_await among.transfer_to(producer);
    } while (session.talk.receive(session.buffer.pop()));
    among.wake(producer);
  }

 private:
  template <class Context>
  void produce(Context& self, Context& other) {
    talk.begin();
    while (talk.has_more()) {
      if (buffer.full()) self.transfer_to(other);
      buffer.push(talk.next());
    }
    self.transfer_to(other);
  }
  template <class Context>
  void consume(Context& self, Context& other) {
    do {
      if (buffer.empty()) self.transfer_to(other);
    } while (talk.receive(buffer.pop()));
    self.wake(other);  // it is parked after its last message: it only has to end
  }
};

/// Who would block is suspended by the channel of the model.
template <class Model>
struct automatic_session {
  automatic_session(std::size_t capacity, std::uint64_t messages) : talk(messages), channel(capacity), both_alive(2) {}

  conversation talk;
  typename Model::template channel<message> channel;
  assembly both_alive;

  // A template like all bodies: a model has a context or turns, not both.
  template <class Same>
  static void direct(typename Same::context& unit, automatic_session& session, unsigned index) {
    session.both_alive.template await_all<Model>(unit);
    if (index == producer) {
      session.talk.begin();
      while (session.talk.has_more()) session.channel.put(unit, session.talk.next());
    } else {
      while (session.talk.receive(session.channel.get(unit))) continue;
    }
  }
  template <class Same>
  static typename Same::turns::unit awaited(typename Same::turns& among, automatic_session& session, unsigned index) {
    co_await among.give();  // both are alive then
    if (index == producer) {
      session.talk.begin();
      while (session.talk.has_more()) co_await session.channel.put(among, session.talk.next());
    } else {
      // No co_await in the condition: of that g++ 12 makes a coroutine that ends before it begins.
      for (bool has_more = true; has_more;) {
        message const one = co_await session.channel.get(among);
        has_more = session.talk.receive(one);
      }
    }
  }
};

template <class Model>
constexpr bool switches_by_hand() {
  if constexpr (turns_model<Model>)
    return true;
  else
    return transferring<typename Model::context>;
}

/// One run of a session on one worker.
template <class Session, class Model>
delivery run_session(placement const& where, std::size_t capacity, std::uint64_t messages) {
  Session session(capacity, messages);
  run_together<Session, Model>(Model::variants().front().options, where, 2, session);
  return session.talk.delivered();
}

template <class Model>
delivery run_spelling(spelling how, placement const& where, std::size_t capacity, std::uint64_t messages) {
  if constexpr (switches_by_hand<Model>())
    if (how == spelling::manual) return run_session<manual_session, Model>(where, capacity, messages);
  return run_session<automatic_session<Model>, Model>(where, capacity, messages);
}

/// The runs of one repetition, pairs in the order of time.
struct session_runs {
  std::vector<delivery> own;
  std::vector<delivery> manual;  ///< beside each of `own`, where that is automatic and the model has both
};

/// Proves that every run delivered what the oracle says, and reports.
void report_sessions(session_runs const& runs, std::uint64_t messages, harness::measurement& given);

template <class Model>
void measure_session(spelling how, std::size_t capacity, harness::measurement& given) {
  constexpr int pairs = 9;
  placement const where{.workers = 1, .cpus = given.first_cpus(1)};
  runtime::confine_to(where.cpus);
  auto const run = [&](spelling one, std::uint64_t messages) {
    return run_spelling<Model>(one, where, capacity, messages);
  };
  // Enough messages that a run takes a hundredth of the measuring time. One that does not deliver is no measure of it.
  std::uint64_t messages = 1000;
  for (delivery tried = run(how, messages); static_cast<double>(tried.elapsed_ns) * 100 < given.measuring_s() * 1e9;) {
    if (tried.messages != messages) return given.check(tried.messages, messages, 0, 0);
    messages *= 2;
    tried = run(how, messages);
  }
  session_runs runs;
  bool const compares = how == spelling::automatic && switches_by_hand<Model>();
  for (int pair = 0; pair < pairs; ++pair) {
    // Who is first changes, so that neither always finds the caches that the other left.
    if (compares && pair % 2 == 0) runs.manual.push_back(run(spelling::manual, messages));
    runs.own.push_back(run(how, messages));
    if (compares && pair % 2 == 1) runs.manual.push_back(run(spelling::manual, messages));
  }
  report_sessions(runs, messages, given);
}

template <class Model>
harness::benchmark_case session_case(std::string label) {
  auto one = case_of<Model>(session_info, "session", std::move(label), harness::profile::standard);
  one.cpus_used = 1;
  one.prediction_factor = 0.2;
  return one;
}

/// Capacities that all models can have: Boost's channels hold a power of two less one.
template <class Model>
void add_session_cases(harness::registry& all) {
  if constexpr (channel_model<Model>) {
    for (spelling how : {spelling::manual, spelling::automatic})
      for (std::size_t capacity : {1u, 63u}) {
        bool const by_hand = how == spelling::manual;
        auto one =
            session_case<Model>(joined(by_hand ? "by:manual" : "by:automatic", "capacity:" + std::to_string(capacity)));
        if (by_hand && !switches_by_hand<Model>())
          one.skip_reason = std::string(Model::name) + "'s units cannot name who runs next: its scheduler chooses";
        if (capacity > 1) one.least = harness::profile::full;
        one.run = [how, capacity](harness::measurement& given) { measure_session<Model>(how, capacity, given); };
        all.add(one);
      }
  } else {
    auto none = session_case<Model>("by:automatic/capacity:1");
    none.skip_reason = std::string(Model::name) + " has neither channels of its own nor units that name who runs next";
    none.run = [](harness::measurement&) {};
    all.add(none);
  }
}

}  // namespace unitcost::measures
