#include "benchmarks/measures/pools/queue_ends.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"
#include "impl/pools/locked_line.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/posix_thread.hpp"
#include "impl/runtime/work_stealing_deque.hpp"

namespace unitcost::measures {

namespace {

/// What goes through a line: it is put and taken, never run.
class idle_task final : public pools::task {
 public:
  void run() noexcept override {}
  void drop() noexcept override {}
};

/// Runs `part(index)`, which returns how many tasks it took, on a thread on each CPU, all at once.
template <class Part>
queue_stretch together_on(std::vector<int> const& cpus, Part part) {
  std::atomic<std::size_t> ready{0};
  std::atomic<bool> told{false};
  std::vector<std::int64_t> ends_ns(cpus.size());
  std::vector<std::uint64_t> taken(cpus.size());
  std::vector<runtime::posix_thread> threads;
  for (std::size_t index = 0; index < cpus.size(); ++index)
    threads.emplace_back(runtime::thread_attributes{.cpu = cpus[index]}, [&, index] {
      // Relaxed, and acquire: all that the parts share was there before the threads.
      ready.fetch_add(1, std::memory_order_relaxed);
      while (!told.load(std::memory_order_acquire)) {
      }
      taken[index] = part(index);
      ends_ns[index] = runtime::now_ns();
    });
  while (ready.load(std::memory_order_relaxed) < cpus.size()) {
  }
  std::int64_t const begun_ns = runtime::now_ns();
  told.store(true, std::memory_order_release);
  threads.clear();
  queue_stretch out{.elapsed_ns = std::ranges::max(ends_ns) - begun_ns};
  for (std::uint64_t count : taken) out.taken += count;
  return out;
}

/// How many of `tasks` are the index-th thread's.
std::uint64_t part_of(std::uint64_t tasks, std::size_t threads, std::size_t index) {
  return tasks / threads + (index < tasks % threads ? 1 : 0);
}

queue_stretch through_line(pools::queue_discipline discipline, std::vector<int> const& cpus, std::uint64_t tasks) {
  pools::locked_line line(discipline, cpus.size());
  auto const stretch = together_on(cpus, [&](std::size_t index) {
    std::unique_ptr<pools::task> own = std::make_unique<idle_task>();
    std::uint64_t const pairs = part_of(tasks, cpus.size(), index);
    std::uint64_t taken = 0;
    // Nobody waits: whoever takes has put one before, so there are as many as there are takers.
    for (std::uint64_t pair = 0; pair < pairs; ++pair) {
      line.push(own, {});
      own = line.take(index);
      if (own != nullptr) ++taken;
    }
    return taken;
  });
  line.close();
  return stretch;
}

/// The first thread is the owner. `takes_itself`: from the end at which it puts.
queue_stretch through_deque(bool takes_itself, std::vector<int> const& cpus, std::uint64_t tasks) {
  runtime::work_stealing_deque<int> deque;
  int item = 0;
  std::atomic<bool> all_put{false};
  std::uint64_t const told_at = 64, most_waiting = 1024 + told_at * cpus.size();  // what thieves have not told yet
  std::atomic<std::uint64_t> stolen{0};
  bool const alone = cpus.size() == 1;
  return together_on(cpus, [&](std::size_t index) {
    std::uint64_t taken = 0;
    if (index == 0) {
      for (std::uint64_t put = 0; put < tasks; ++put) {
        // As a bounded pool: or what the deque needs to grow would be in the price.
        while (put - stolen.load(std::memory_order_relaxed) > most_waiting && !takes_itself && !alone) {
        }
        deque.push(&item);
        deque.share_all();  // as the pool does
        if (takes_itself && deque.pop() != nullptr) ++taken;
        if (!takes_itself && alone && deque.steal() != nullptr) ++taken;
      }
      all_put.store(true, std::memory_order_release);
      return taken;
    }
    // Acquire: who sees that all were put sees them, too.
    for (bool last_look = false; !last_look;) {
      last_look = all_put.load(std::memory_order_acquire);
      while (!deque.looks_empty())
        if (deque.steal() != nullptr && ++taken % told_at == 0)
          stolen.fetch_add(told_at, std::memory_order_relaxed);  // now and then, which is little of each
    }
    return taken;
  });
}

}  // namespace

std::string_view to_string(queue_end end) {
  switch (end) {
    case queue_end::fifo:
      return "queue:fifo";
    case queue_end::lifo:
      return "queue:lifo";
    case queue_end::deque_young:
      return "queue:deque/end:young";
    case queue_end::deque_old:
      return "queue:deque/end:old";
  }
  throw std::invalid_argument("no end of a queue");
}

queue_stretch put_and_take(queue_end end, std::vector<int> const& cpus, std::uint64_t tasks) {
  if (end == queue_end::fifo) return through_line(pools::queue_discipline::fifo, cpus, tasks);
  if (end == queue_end::lifo) return through_line(pools::queue_discipline::lifo, cpus, tasks);
  return through_deque(end == queue_end::deque_young, cpus, tasks);
}

void measure_queue_ends(queue_end end, unsigned cores, harness::measurement& given) {
  auto const cpus = given.first_cpus(cores);
  auto const loop = given.time_loop(given.measuring_s() / 2, [&](std::uint64_t tasks) {
    queue_stretch const stretch = put_and_take(end, cpus, tasks);
    given.check(stretch.taken, tasks, 0, 0);
    return stretch.elapsed_ns;
  });
  given.report({.name = "ns_per_task",
                .label = "a task put into the queue and taken from it",
                .value = loop.ns_per_iteration,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = loop.iterations,
                .headline = true},
               "CLOCK_MONOTONIC, median of stretches of the loop");
}

void add_queue_ends(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_queue_end_cases<Model>(all); });
}

}  // namespace unitcost::measures
