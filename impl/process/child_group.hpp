// Forked children that live side by side until their parent ends them, and one way to wait without missing a death.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "impl/process/fork_child.hpp"
#include "impl/process/shared_failure.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/shared_list.hpp"
#include "impl/runtime/shared_region.hpp"
#include "impl/unit_report.hpp"

namespace unitcost::processes {

/// Which ends of a child are not as they should be.
enum class unexpected_end : std::uint8_t {
  any,     ///< children stay until they are told to go
  failed,  ///< children may leave with status 0
};

/// Belongs to the process that made it. It never leaves a child behind: the destructor kills and reaps whatever
/// `reap_all` has not reaped.
class child_group {
 public:
  /// Room for `limit` children.
  explicit child_group(std::size_t limit) : pids_(limit) {}
  child_group(child_group const&) = delete;
  child_group& operator=(child_group const&) = delete;
  ~child_group() { kill_all(); }

  template <class Body>
  void spawn(Body&& body) {
    pids_.push_back(0);  // before the fork: a child must not exist without being listed
    try {
      pids_.back() = fork_child(*failure_, std::forward<Body>(body));
    } catch (...) {
      pids_.pop_back();
      throw;
    }
  }

  std::size_t size() const { return pids_.size(); }
  std::span<int const> pids() const { return pids_.values(); }

  /// Blocks until all have ended; then throws if one of them ended badly.
  void reap_all();
  /// For children that are no units: what it throws says `who` ended.
  void reap_all(std::string_view who);
  void kill_all() noexcept;

  /// Blocks while `word == expected`. The waker has to futex_wake it; a child's end is noticed within 20 ms and
  /// throws unit_crashed (or what the child itself recorded).
  void wait_while(runtime::futex_word& word, std::uint32_t expected, unexpected_end which) const;
  /// Returns once `expected` units have arrived; throws as above when a child ended instead.
  void await_arrivals(unit_arrivals const& arrivals, std::uint64_t expected) const;

 private:
  void throw_if_ended(unexpected_end which) const;

  runtime::shared_list<int> pids_;  // written between forks
  runtime::shared_object<shared_failure> failure_;
};

}  // namespace unitcost::processes
