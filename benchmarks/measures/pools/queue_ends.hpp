// queue_ends: what it costs to put into the queues of pools and to take from them, at either end and by several at
// once.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info queue_ends_info{
    .name = "queue_ends",
    .question = "What does it cost to put a task into a pool's queue and to take one?",
    .from = "all threads are told to begin",
    .to = "the last of them has done its part",
    .unit = "ns per task that was put and taken",
    .method =
        "median of stretches of a loop, as long as Google Benchmark's iteration control asks for. fifo and lifo: each "
        "thread puts one and takes one, by turns, under the one mutex. deque, end young: the owner does so at its end, "
        "while the other threads try to steal; end old: the owner puts, the others steal (alone: itself)",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/pools/queue_ends.hpp"};

/// Which queue, and which end of it is taken from.
enum class queue_end : std::uint8_t { fifo, lifo, deque_young, deque_old };
inline constexpr std::array every_queue_end{queue_end::fifo, queue_end::lifo, queue_end::deque_young,
                                            queue_end::deque_old};
std::string_view to_string(queue_end end);  // "queue:fifo" … "queue:deque/end:old", as in case names

/// What a stretch came to.
struct queue_stretch {
  std::int64_t elapsed_ns = 0;
  std::uint64_t taken = 0;  ///< by all threads
};

/// Puts and takes `tasks` in all, with a thread on each of `cpus`.
queue_stretch put_and_take(queue_end end, std::vector<int> const& cpus, std::uint64_t tasks);

void measure_queue_ends(queue_end end, unsigned cores, harness::measurement& given);

/// Of a model whose pool can be over each of these queues.
template <class Model>
void add_queue_end_cases(harness::registry& all) {
  if constexpr (requires { Model::verbs::options::discipline; })
    for (unsigned cores : all.settings().workers)
      for (queue_end const end : every_queue_end) {
        auto one = case_of<Model>(queue_ends_info, "pairs", joined(to_string(end), "workers:" + std::to_string(cores)),
                                  cores <= 2 ? harness::profile::standard : harness::profile::full);
        one.cpus_used = cores;
        one.run = [=](harness::measurement& given) { measure_queue_ends(end, cores, given); };
        all.add(one);
      }
}

}  // namespace unitcost::measures
