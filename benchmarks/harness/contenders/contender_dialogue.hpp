// A contender that is asked step by step: it stays alive between two lines that it is written, and whoever asks can
// look at the machine meanwhile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/contenders/owned_child.hpp"
#include "benchmarks/harness/supervision/supervised_process.hpp"
#include "impl/runtime/ignored_broken_pipes.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::harness {

/// The program is a child of the calling process, in the same cgroup; it is asked on its stdin and answers on
/// descriptor 3. Its time is limited by whoever supervises the caller. While one is alive, SIGPIPE is ignored.
class contender_dialogue {
 public:
  /// Starts `arguments[0]`. Throws std::system_error when it cannot, limit_reached where no descriptor is left.
  explicit contender_dialogue(std::vector<std::string> const& arguments);
  contender_dialogue(contender_dialogue const&) = delete;
  contender_dialogue& operator=(contender_dialogue const&) = delete;

  int process() const { return program_.id(); }

  /// Writes that line; returns the next one that it writes, which may have no line's end if it is the last. Throws
  /// std::runtime_error that says how it ended when nothing more comes, and ended_as: wrong_result when it has written
  /// before it was asked, limit_reached for 16 MiB without a line's end.
  std::string ask(std::string_view line);

  /// Closes its stdin and returns the rest of what it writes until its end. Throws std::runtime_error that says how,
  /// when that is another than by itself with status 0, and ended_as (limit_reached) for more than 16 MiB.
  std::string finish();

 private:
  bool read_more();
  long take_what_came();
  process_outcome await_end();

  runtime::ignored_broken_pipes ignored_;
  runtime::owned_descriptor questions_, answers_, ended_;
  owned_child program_;
  std::string unread_;
};

}  // namespace unitcost::harness
