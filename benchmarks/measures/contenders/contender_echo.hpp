// latency, workload echo, of contenders: the same clients in the same closed loop, of a server that is a program which
// is no part of the suite.
//
// A worker of ours starts the program on the server's CPU and asks it to serve so many connections; it tells the port
// on which it listens. The clients, in a process of their own on the other CPU, are answered once each, so that
// all its units are there, and are then timed. When they have closed, the program tells what it has served.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/records/work_facts.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/closed_loop.hpp"
#include "impl/runtime/shared_array.hpp"
#include "workloads/io/echo.hpp"

namespace unitcost::measures {

/// What the clients saw, in shared memory.
struct contenders_clients {
  explicit contenders_clients(workloads::echo::parameters const& asked);

  workloads::echo::parameters what;
  runtime::shared_array<load::client_tally> first_tallies, tallies;  // before what is timed, and of it
  runtime::shared_array<std::int64_t> round_ns;
  load::client_log first, log;
  std::optional<std::int64_t> server_cpu_ns;  // while the clients were timed; nothing: a process of it ended
};

/// The port that `line` tells, asked to serve so many connections. Throws as told_number does, and wrong_result where
/// there is no such port.
std::uint16_t told_port(std::string const& line, std::uint32_t connections);

/// Judges what the program says by what its clients saw, and reports. Throws ended_as (wrong_result) where a client was
/// answered wrongly, or not at all, and where nothing of the program worked meanwhile; not_stable where too few answers
/// were timed or its CPU time is not known.
void report_contender_echo(contenders_clients const& seen, harness::work_facts const& told,
                           harness::measurement& given);

/// Starts `arguments` and has it serve.
void measure_contender_echo(workloads::echo::parameters const& asked, std::vector<std::string> const& arguments,
                            harness::measurement& given);

/// The cases of small messages that models have, of each contender that offers to serve.
void add_contender_echo(harness::registry& all);

}  // namespace unitcost::measures
