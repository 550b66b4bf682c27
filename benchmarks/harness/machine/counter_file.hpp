// A file of counters that is read without touching any memory of one's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {

/// For readers of their own memory account: a page that the reader's heap takes while it parses one reading is found
/// in the next. The buffer is made, and written to, beforehand.
class counter_file {
 public:
  explicit counter_file(std::filesystem::path path) : file_(std::move(path)), buffer_(capacity_bytes, '\0') {}

  /// Takes the content as it is now. Throws system_file_error.
  void refresh();

  /// The number after `key` at the start of a line, as of the last refresh.
  std::optional<std::uint64_t> value(std::string_view key) const;
  /// The same; throws system_file_error when there is none.
  std::uint64_t required(std::string_view key) const;
  /// The content as one number. Throws system_file_error.
  std::uint64_t only_number() const;

 private:
  static constexpr std::size_t capacity_bytes = 16 * 1024;  // memory.stat has 1.5 to 3 KiB

  system_file file_;
  std::vector<char> buffer_;
  std::string_view content_;
};

}  // namespace unitcost::harness
