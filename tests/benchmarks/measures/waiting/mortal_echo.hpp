// An echo run in which somebody is killed in the midst of it.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <cstdint>

#include "benchmarks/measures/waiting/echo.hpp"

namespace unitcost::test {

struct mortal_observer {
  measures::answering_observer sound;
  int const& process;  ///< that is killed; 0: the unit's own
  int signal;          ///< 0: nobody is killed
  std::uint64_t last_round;

  void round(std::uint64_t number) const {
    if (signal != 0 && number == last_round) ::kill(process != 0 ? process : ::getpid(), signal);
    sound.round(number);
  }
  void end() const { sound.end(); }
};

/// When one unit has answered its first message, which comes however short the time is.
struct mortal_echo_run : measures::echo_run {
  static constexpr unsigned mortal = 1;
  static constexpr std::uint64_t answers = 1;

  using echo_run::echo_run;

  mortal_observer observer_for(unsigned connection) const {
    return {echo_run::observer_for(connection), victim, connection == mortal ? signal : 0,
            workloads::echo::first_round_of(connection) + answers};
  }

  int signal = SIGKILL;
  int victim = 0;
};

/// As measure_echo_of does it, but that `prepare` comes before the clients' first message, in their process.
template <class Model, class Prepare>
void measure_mortal_echo(mortal_echo_run& run, harness::measurement& given, Prepare const& prepare) {
  auto const clients = [&] {
    prepare();
    load::closed_loop(run.clients(), run.what, run.log)
        .run(static_cast<std::int64_t>(given.measuring_s() * 1e9), given.patience_ns());
  };
  measures::serve_clients(run, given, clients, [&](placement const& where) {
    measures::converse_all<Model>(where, run.what.connections, run);
  });
  measures::report_echo(run, given);
}

}  // namespace unitcost::test
