// How long OpenMP's idle threads spin before they sleep.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace unitcost::models::openmp_parts {

/// Environment variables that libgomp and libomp read when they are loaded, before main: so a process that measures
/// openmp is started with them. About as long as a wake-up takes: a thread that sleeps sooner pays one each time that
/// work comes late; one that spins longer (unasked libgomp's spin 300,000 turns, libomp's 200 ms) takes the CPU from
/// others for nothing. 1,000 turns are what libgomp itself takes when threads outnumber CPUs.
inline std::vector<std::pair<std::string, std::string>> spinning() {
  return {{"GOMP_SPINCOUNT", "1000"}, {"KMP_BLOCKTIME", "40us"}};
}

}  // namespace unitcost::models::openmp_parts
