// What the faulty cases have in common. They are the negative tests of the harness: each commits one fault that a model
// or a measure could have, and a test holds that it ends with its right typed end and harms nobody else.
//
// No fault may hurt the machine when the harness fails to stop it: whatever waits ends by itself after a minute, and
// whatever grows is capped in its own code.
#pragma once

#include <unistd.h>

#include <string>
#include <utility>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"

namespace unitcost::faulty {

inline constexpr harness::measure_info fault_info{.name = "fault",
                                                  .question = "Does this fault get its right end?",
                                                  .from = "the case begins",
                                                  .to = "the fault has been committed",
                                                  .unit = "none",
                                                  .method = "nothing is measured",
                                                  .source = "none",
                                                  .file = "tests/faulty/fault.hpp",
                                                  .timed = false};

/// "fault/faulty/idle/kind:crash".
inline void add_fault(harness::registry& all, std::string const& kind, void (*commit)(harness::measurement&)) {
  harness::benchmark_case one;
  one.measure = &fault_info;
  one.model = "faulty";
  one.workload = "idle";
  one.label = "kind:" + kind;
  one.model_file = "tests/faulty/fault.hpp";
  one.least = harness::profile::quick;
  one.run = commit;
  all.add(std::move(one));
}

/// Longer than any test waits, but not for ever.
[[noreturn]] inline void linger() {
  ::sleep(60);
  ::_exit(0);
}

void add_ends(harness::registry& all);
void add_processes(harness::registry& all);
void add_leftovers(harness::registry& all);
void add_excesses(harness::registry& all);
void add_records(harness::registry& all);
void add_models(harness::registry& all);
void add_conversations(harness::registry& all);
void add_neighbours(harness::registry& all);

}  // namespace unitcost::faulty
