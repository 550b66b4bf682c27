// What went wrong first in a family of processes, told across process borders: an exception cannot leave the process
// that threw it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "impl/process/child_end.hpp"

namespace unitcost::processes {

/// Lives in a shared region. The first failure wins: it is the cause, later ones are its echo in the ancestors.
class shared_failure {
 public:
  /// A child ended as `end` says, with `note` on what it left undone.
  void record_end(child_end const& end, std::string_view note = {}) noexcept;
  /// In a child, in a catch block: the exception being handled ends this process. limit_reached stays one; any
  /// other comes out as unit_crashed with its text.
  void record_current_exception() noexcept;
  /// Throws what was recorded first, if anything was.
  void rethrow() const;

 private:
  enum class kind : std::uint32_t { none, being_written, crashed, limit };
  void record(kind what, int pid, int signal, std::string_view text) noexcept;

  std::atomic<kind> kind_{kind::none};
  int pid_ = 0;
  int signal_ = 0;
  std::array<char, 1024> text_{};  ///< a limit's text names each limit with its remedy; longer ones are cut
};

}  // namespace unitcost::processes
