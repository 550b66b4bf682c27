// operate: what can one unit do to another, and does it harm the rest?
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/unit_kind.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info operate_info{
    .name = "operate",
    .question = "What can one unit do to another by its id, and does it harm the rest?",
    .from = "before the system call that is to act on the other unit",
    .to = "it has returned (call); what came of it was looked at",
    .unit = "1 or 0; ns",
    .method =
        "two units of a forked process count their steps, one every 0.1 ms. The first acts on the second by the id of "
        "its thread: it names it (/proc/PID/task/TID/comm), pins it to another CPU (sched_setaffinity), stops it "
        "(SIGSTOP) or ends it (SIGTERM, both by tgkill). It works when the name or the CPUs read back are the new "
        "ones, or when the second counts no more. The first is unharmed when it counts on",
    .source = "what the kernel says of the second; the counts, read by the process that forked; CLOCK_MONOTONIC",
    .file = "benchmarks/measures/isolation/operate.cpp",
    .timed = false};

enum class act : std::uint8_t { name, pin, stop, end };
std::string_view to_string(act what);  // as in `act:stop`

/// Two units, of which the first acts on the second. In shared memory.
class operated_pair {
 public:
  operated_pair(act what, int new_cpu) : what_(what), new_cpu_(new_cpu) {}

  pause step(unsigned index);

  std::uint64_t steps(unsigned index) const { return each_[index].steps.load(std::memory_order_relaxed); }
  bool has_begun() const { return begun_.load(std::memory_order_acquire); }
  bool has_returned() const { return returned_.load(std::memory_order_acquire); }
  bool is_first_stopped() const;
  /// Of an act that returns: what came of it.
  std::int64_t call_ns() const { return call_ns_; }
  bool took_effect() const { return took_effect_; }

 private:
  struct alignas(64) unit {
    std::atomic<int> process_id{0}, thread_id{0};
    std::atomic<std::uint64_t> steps{0};
  };
  void perform();

  act what_;
  int new_cpu_;
  std::array<unit, 2> each_;
  std::atomic<bool> begun_{false}, returned_{false};
  std::int64_t call_ns_ = 0;
  bool took_effect_ = false;
};

/// Who still counts, after the act.
struct who_goes_on {
  bool first, second;

  bool operator==(who_goes_on const&) const = default;
};

/// Proves that the act was begun; `call_ns`: of one that returned.
void report_operate(act what, operated_pair const& pair, who_goes_on after, harness::measurement& given);
void measure_operate(unit_kind const& kind, act what, harness::measurement& given);

}  // namespace unitcost::measures
