// The CPU time of threads whose units go through rounds: of those rounds in which all are under way.
#pragma once

#include <cstdint>
#include <map>

namespace unitcost::measures {

/// How far a thread had come.
struct serving_mark {
  int thread = 0;
  std::int64_t cpu_ns = 0;   ///< that the thread had used
  std::uint64_t rounds = 0;  ///< that its units had begun
};

/// Of one unit.
struct serving_span {
  serving_mark second_round;  ///< when it began it
  serving_mark end;
};

/// Counts the rounds of the calling thread, and looks at its CPU clock twice in a unit's life.
struct serving_observer {
  serving_span* unit;
  std::uint64_t second_round;

  void round(std::uint64_t number) const;
  void end() const;
};

struct served {
  std::int64_t cpu_ns = 0;
  std::uint64_t rounds = 0;
};

/// Of all threads: each from when the last unit of its begins a second round to when the first one ends. So neither
/// what it takes to start units nor to end them is in it.
class serving_window {
 public:
  /// Of a unit that has begun two rounds.
  void add(serving_span const& one);
  served sum() const;

 private:
  std::map<int, serving_span> threads_;
};

}  // namespace unitcost::measures
