#include "benchmarks/harness/supervision/process_outcome_text.hpp"

#include <fmt/format.h>
#include <string.h>
#include <sys/wait.h>

namespace unitcost::harness {

bool exited_well(process_outcome const& outcome) {
  return WIFEXITED(outcome.wait_status) && WEXITSTATUS(outcome.wait_status) == 0;
}

std::string how_it_died(process_outcome const& outcome) {
  std::string const how = WIFSIGNALED(outcome.wait_status)
                              ? fmt::format("killed by {}", ::strsignal(WTERMSIG(outcome.wait_status)))
                              : fmt::format("ended with status {}", WEXITSTATUS(outcome.wait_status));
  return how + printed_text(outcome);
}

std::string printed_text(process_outcome const& outcome) {
  auto const last = outcome.output.find_last_not_of('\n');
  return last == std::string::npos ? "" : ": " + outcome.output.substr(0, last + 1);
}

}  // namespace unitcost::harness
