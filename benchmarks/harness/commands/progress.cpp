#include "benchmarks/harness/commands/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace unitcost::harness {

progress::progress(std::ostream& out, progress_style style, std::size_t repetitions, double predicted_s,
                   std::function<std::int64_t()> now_ns)
    : out_(out),
      style_(style),
      repetitions_(repetitions),
      predicted_s_(predicted_s),
      now_ns_(std::move(now_ns)),
      started_ns_(now_ns_()) {}

void progress::next(std::string const& case_name) {
  std::string const line = fmt::format("[{}/{}] {} left  {}", done_ + 1, repetitions_, time_left(), case_name);
  if (style_ == progress_style::live) {
    // CSI K clears what a longer name left behind.
    out_ << '\r' << line.substr(0, 110) << "\x1b[K" << std::flush;
  } else if (style_ == progress_style::lines && done_ >= next_line_) {
    out_ << line << std::endl;
    next_line_ = done_ + std::max<std::size_t>(repetitions_ / 10, 1);
  }
  ++done_;
}

void progress::finish() {
  if (style_ == progress_style::live) out_ << "\r\x1b[K" << std::flush;
}

/// By the prediction until a twentieth is done, by the pace since then.
std::string progress::time_left() const {
  double const elapsed_s = static_cast<double>(now_ns_() - started_ns_) * 1e-9;
  double left_s = predicted_s_ - elapsed_s;
  if (done_ > 0 && done_ * 20 >= repetitions_)
    left_s = elapsed_s / static_cast<double>(done_) * static_cast<double>(repetitions_ - std::min(done_, repetitions_));
  auto const seconds = static_cast<long>(std::max(left_s, 0.0) + 0.5);
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace unitcost::harness
