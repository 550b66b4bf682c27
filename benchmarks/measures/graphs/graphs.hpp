// Which task graphs throughput runs: the parameters of each workload, and the smallest profile that holds them.
#pragma once

#include <vector>

#include "benchmarks/harness/cases/profile.hpp"
#include "workloads/all.hpp"

namespace unitcost::measures {

template <class Workload>
struct graph {
  typename Workload::parameters parameters;
  harness::profile least = harness::profile::standard;
  bool headline = false;
};

template <class Workload>
std::vector<graph<Workload>> graphs();

using harness::profile;

// A bounded depth makes some tens to hundreds of units, so that a process and a coroutine can run the identical graph;
// `every_call` is for the models whose units are cheap. The headline's run takes some ms: handing it to workers that sleep
// (some 30 us) does not show, and what branch predictors learned from the run before is forgotten. The small fib and skynet
// take 0.1 ms under the fastest model, so that the slowest can still run them; there the hand-in, two wake-ups, is as much.
template <>
inline std::vector<graph<workloads::fib>> graphs() {
  return {{{.n = 20, .spawn_depth = every_call}, profile::quick},
          {{.n = 24, .spawn_depth = 4}, profile::standard},
          {{.n = 27, .spawn_depth = every_call}, profile::standard}};
}
template <>
inline std::vector<graph<workloads::skynet>> graphs() {
  return {{{.levels = 4, .spawn_depth = every_call}, profile::full},
          {{.levels = 6, .spawn_depth = 2}, profile::standard},
          {{.levels = 6, .spawn_depth = every_call}, profile::standard}};
}
template <>
inline std::vector<graph<workloads::nqueens>> graphs() {
  return {{{.n = 12, .spawn_depth = 2}, profile::quick, true}, {{.n = 10, .spawn_depth = every_call}, profile::standard}};
}
template <>
inline std::vector<graph<workloads::matmul>> graphs() {
  return {{{.n = 256, .spawn_depth = 2}, profile::standard}, {{.n = 256, .spawn_depth = every_call}, profile::full}};
}
template <>
inline std::vector<graph<workloads::mandelbrot>> graphs() {
  return {{{.width = 128, .height = 128, .iterations = 256, .spawn_depth = 5}, profile::standard},
          {{.width = 128, .height = 128, .iterations = 256, .spawn_depth = every_call}, profile::full}};
}
template <>
inline std::vector<graph<workloads::brackets>> graphs() {
  return {{{.blocks = 64, .block_bytes = 4096, .spawn_depth = 5}, profile::standard},
          {{.blocks = 64, .block_bytes = 4096, .spawn_depth = every_call}, profile::full}};
}
template <>
inline std::vector<graph<workloads::grain>> graphs() {
  return {{{.width = 16, .steps = 8, .iterations = 10'000}, profile::full}};
}

}  // namespace unitcost::measures
