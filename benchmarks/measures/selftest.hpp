// selftest: known answers, measured in every run by the same code as everything else. Each metric says where the true
// value lies; the run's interval is judged against it, and a run whose selftests fail has no business being believed.
#pragma once

#include "benchmarks/harness/cases/case.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info selftest_info{
    .name = "selftest",
    .question = "Does this run measure what it says, on this machine, now?",
    .from = "as the measure under test",
    .to = "as the measure under test",
    .unit = "a ratio to the truth, or ns",
    .method = "the measure is given something of known size, length or number and its answer is divided by the truth",
    .source = "as the measure under test",
    .file = "benchmarks/measures/selftest.cpp"};

}  // namespace unitcost::measures
