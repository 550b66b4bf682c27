#include "benchmarks/harness/supervision/worker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <new>
#include <system_error>

#include "benchmarks/harness/supervision/ended_as.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/harness/supervision/process_balance.hpp"
#include "benchmarks/harness/supervision/supervised_process.hpp"
#include "benchmarks/harness/supervision/units_deadlocked.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::harness {
namespace {

void take_the_runs_cpus(std::vector<int> const& cpus) {
  try {
    runtime::confine_to(cpus);
  } catch (std::system_error const& refused) {
    throw not_supported(fmt::format("this run's CPUs are not available to it (see --cpus): {}", refused.what()));
  }
}

/// The end that an exception stands for. Called inside a catch block.
void end_by_exception(record& out) {
  try {
    throw;
  } catch (not_supported const& error) {
    out.end = ending::skipped;
    out.reason = error.what();
  } catch (not_stable const& error) {
    // Work that was lost or wrong is so whatever the circumstances were.
    bool const is_wrong = out.check && !out.check->holds();
    out.end = is_wrong ? ending::wrong_result : ending::unstable;
    out.reason = is_wrong ? out.check->difference() : error.what();
  } catch (ended_as const& error) {
    out.end = error.end();
    out.reason = error.what();
  } catch (units_deadlocked const& error) {
    out.end = ending::deadlocked;
    out.reason = error.what();
  } catch (limit_reached const& error) {
    out.end = ending::limit_reached;
    out.reason = error.what();
  } catch (std::bad_alloc const&) {
    out.end = ending::out_of_memory;
    out.reason = "an allocation failed";
  } catch (std::exception const& error) {
    out.end = ending::crashed;
    out.reason = error.what();
  } catch (...) {
    out.end = ending::crashed;
    out.reason = "threw what is no std::exception";
  }
}

void write_whole(int descriptor, std::string const& text) {
  for (std::size_t done = 0; done < text.size();) {
    ssize_t const written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written <= 0) std::abort();  // without its record a worker has crashed, and shall be seen to
    done += static_cast<std::size_t>(written);
  }
}

}  // namespace

record run_case(benchmark_case const& one, worker_order const& order) {
  record out = record_of(one, order.repetition);
  auto const before = read_process_balance();
  std::int64_t const started = runtime::now_ns();
  try {
    take_the_runs_cpus(order.cpus);
    measurement given(out, {order.which, order.repetition, order.seed, order.memory_limit_bytes, order.cpus,
                            order.time_limit_s, order.measuring_s});
    one.run(given);
    if (out.check && !out.check->holds()) {
      out.end = ending::wrong_result;
      out.reason = out.check->difference();
    } else if (auto const lost = imbalance_since(before); !lost.empty()) {
      out.end = ending::wrong_result;
      out.reason = lost;
    }
  } catch (...) {
    end_by_exception(out);
  }
  out.circumstances.wall_ns = runtime::now_ns() - started;
  return out;
}

int worker_main(registry const& all, worker_order const& order) {
  benchmark_case const* const one = all.find(order.case_name);
  if (one == nullptr) {
    fmt::print(stderr, "worker: there is no case {}\n", order.case_name);
    return 2;
  }
  write_whole(record_descriptor, to_json(run_case(*one, order)).dump());
  // Not exit: destructors of libraries' statics are no part of the case, and one that hangs would be taken for it.
  std::fflush(nullptr);
  ::_exit(0);
}

}  // namespace unitcost::harness
