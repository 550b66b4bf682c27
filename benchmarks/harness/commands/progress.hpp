// What a person sees while a run goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace unitcost::harness {

enum class progress_style : std::uint8_t {
  live,   ///< one line on a terminal, rewritten
  lines,  ///< a line every tenth of the run, for logs
  quiet,  ///< nothing
};

class progress {
 public:
  /// `now_ns` is injected so that tests can script it.
  progress(std::ostream& out, progress_style style, std::size_t repetitions, double predicted_s,
           std::function<std::int64_t()> now_ns);

  /// Before the next repetition: shows the case, the count and the time left.
  void next(std::string const& case_name);
  /// Clears the live line.
  void finish();

 private:
  std::string time_left() const;

  std::ostream& out_;
  progress_style style_;
  std::size_t repetitions_, done_ = 0, next_line_ = 0;
  double predicted_s_;
  std::function<std::int64_t()> now_ns_;
  std::int64_t started_ns_;
};

}  // namespace unitcost::harness
