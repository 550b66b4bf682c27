// The one list of measures, in the order of the answer table. A new measure is its own file and one line here.
#pragma once

#include <array>

#include "benchmarks/harness/cases/registry.hpp"

namespace unitcost::measures {

void add_footprint(harness::registry& all);
void add_spawn(harness::registry& all);
void add_switch(harness::registry& all);
void add_throughput(harness::registry& all);
void add_grain(harness::registry& all);
void add_pool_worth(harness::registry& all);
void add_pool_verbs(harness::registry& all);
void add_pool_queue(harness::registry& all);
void add_queue_ends(harness::registry& all);
void add_pool_full(harness::registry& all);
void add_pool_size(harness::registry& all);
void add_pool_crew(harness::registry& all);
void add_response(harness::registry& all);
void add_elastic(harness::registry& all);
void add_handle(harness::registry& all);
void add_server_patterns(harness::registry& all);
void add_primitives(harness::registry& all);
void add_machine_floor(harness::registry& all);
void add_sleep(harness::registry& all);
void add_sleeper_footprint(harness::registry& all);
void add_brigade(harness::registry& all);
void add_echo(harness::registry& all);
void add_race(harness::registry& all);
void add_isolation(harness::registry& all);
void add_containment(harness::registry& all);
void add_semaphore(harness::registry& all);
void add_deadlock(harness::registry& all);
void add_blast_radius(harness::registry& all);
void add_operate(harness::registry& all);
void add_oversubscription(harness::registry& all);
void add_states(harness::registry& all);
void add_lock(harness::registry& all);
void add_interpreter_lock(harness::registry& all);
void add_reference_count(harness::registry& all);
void add_user_lock(harness::registry& all);
void add_ipc(harness::registry& all);
void add_burst(harness::registry& all);
void add_calls(harness::registry& all);
void add_visit(harness::registry& all);
void add_connection_footprint(harness::registry& all);
void add_crawl(harness::registry& all);
void add_idle_workers(harness::registry& all);
void add_selftest(harness::registry& all);

inline constexpr std::array every_measure{
    add_footprint,
    add_spawn,
    add_switch,
    add_throughput,
    add_grain,
    add_pool_worth,
    add_pool_verbs,
    add_pool_queue,
    add_queue_ends,
    add_pool_full,
    add_pool_size,
    add_pool_crew,
    add_response,
    add_elastic,
    add_handle,
    add_server_patterns,
    add_primitives,
    add_machine_floor,
    add_sleep,
    add_sleeper_footprint,
    add_brigade,
    add_echo,
    add_race,
    add_isolation,
    add_containment,
    add_semaphore,
    add_deadlock,
    add_blast_radius,
    add_operate,
    add_oversubscription,
    add_states,
    add_lock,
    add_interpreter_lock,
    add_reference_count,
    add_user_lock,
    add_ipc,
    add_burst,
    add_calls,
    add_visit,
    add_connection_footprint,
    add_crawl,
    add_idle_workers,
    add_selftest,
};

/// The cases of all of them. Throws std::invalid_argument for a contender that offers what no measure asks for.
void add_every_measure(harness::registry& all);

}  // namespace unitcost::measures
