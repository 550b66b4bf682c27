// A latency histogram: times counted to three digits, from nanoseconds to minutes, in room that does not grow.
//
// The layout is HdrHistogram's (hdrhistogram.org) for three significant digits. A bucket is an octave, cut into equal
// sub-buckets:
//
//   0 … 2047          each by itself
//   2048 … 4095       1024 sub-buckets of 2
//   4096 … 8191       1024 sub-buckets of 4
//   …
//
// so that no sub-bucket is wider than 1/1024 of what it counts: an error of less than 0.1 %.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace unitcost::load {

/// May be in memory shared between processes: it holds no pointer.
class latency_histogram {
 public:
  static constexpr std::uint64_t sub_buckets = 2048;
  static constexpr int octaves_end = 40;
  /// What is longer counts as this: 18 minutes.
  static constexpr std::int64_t most_ns = (std::int64_t{1} << octaves_end) - 1;

  /// A time before its beginning counts as none.
  void count(std::int64_t time_ns) {
    time_ns = std::clamp<std::int64_t>(time_ns, 0, most_ns);
    ++counts_[place_of(static_cast<std::uint64_t>(time_ns))];
    ++samples_;
    greatest_ns_ = std::max(greatest_ns_, time_ns);
  }

  std::uint64_t samples() const { return samples_; }
  std::int64_t greatest_ns() const { return greatest_ns_; }  ///< as it was, not its sub-bucket's

  /// Of all times the rank-th shortest, counted from 1, as far as sub-buckets tell: the longest that its own counts.
  std::int64_t at_rank(std::uint64_t rank) const {
    std::uint64_t so_far = 0;
    for (std::size_t place = 0; place < counts_.size(); ++place)
      if ((so_far += counts_[place]) >= rank && rank > 0)
        return std::min(greatest_ns_, static_cast<std::int64_t>(least_of(place + 1)) - 1);
    throw std::out_of_range("a rank that no sample has");
  }

  /// `visit(the least time that it counts, how many)`, for each sub-bucket that is not empty.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t place = 0; place < counts_.size(); ++place)
      if (counts_[place] > 0) visit(least_of(place), counts_[place]);
  }

 private:
  static constexpr std::uint64_t half = sub_buckets / 2;
  static constexpr int half_bits = static_cast<int>(std::bit_width(half)) - 1;

  static constexpr std::size_t place_of(std::uint64_t value) {
    int const octave = static_cast<int>(std::bit_width(value | (sub_buckets - 1))) - half_bits - 1;
    return (static_cast<std::size_t>(octave) << half_bits) + static_cast<std::size_t>(value >> octave);
  }
  static constexpr std::uint64_t least_of(std::size_t place) {
    if (place < sub_buckets) return place;
    std::size_t const octave = (place >> half_bits) - 1;
    return (half + place % half) << octave;
  }

  std::array<std::uint64_t, (octaves_end - half_bits + 1) * half> counts_{};
  std::uint64_t samples_ = 0;
  std::int64_t greatest_ns_ = 0;
};

}  // namespace unitcost::load
