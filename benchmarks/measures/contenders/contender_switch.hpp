// switch of contenders: hand-overs in a ring of units of a program that is no part of the suite.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/contenders/contender_answer.hpp"
#include "benchmarks/harness/records/record.hpp"
#include "impl/model.hpp"

namespace unitcost::measures {

/// Those that are names of what other languages have, too. Bare switches are of our own stacks, and what is resumed
/// differs between the models that do it.
inline constexpr std::array contenders_handovers{handover::futex, handover::condition_variable,
                                                 handover::pipe,  handover::eventfd,
                                                 handover::yield, handover::transfer};

/// A case for each ring of each way to hand over that a contender offers.
void add_contender_switch(harness::registry& all);

/// Completes `out` by what a contender says of rounds in a ring of so many units. Returns why it cannot be: hand-overs
/// are missing or came out of turn, or took longer than it lived; empty: it can.
std::string complete_by_rounds(unsigned units, harness::work_facts const& facts, std::int64_t lived_ns,
                               harness::record& out);

}  // namespace unitcost::measures
