// One small text file of /proc, /sys or a cgroup.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace unitcost::harness {

/// A file of the machine could not be read, written or understood. The message names the file and the remedy.
struct system_file_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A file that the kernel generates on each reading. Nothing is cached: every call reads anew.
class system_file {
 public:
  explicit system_file(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path const& path() const { return path_; }
  bool readable() const;

  /// The whole content without the final line break. Throws system_file_error.
  std::string text() const;
  std::optional<std::string> text_if_readable() const;
  std::vector<std::string> lines() const;

  /// The file's only content, an unsigned number. Throws system_file_error on anything else.
  std::uint64_t number() const;
  std::optional<std::uint64_t> number_if_readable() const;

  /// Lines of "key value" or "key: value kB"; values in kB come back as bytes. Lines without a number are left out.
  std::map<std::string, std::uint64_t, std::less<>> values() const;
  /// One of them. Throws system_file_error when the key is absent.
  std::uint64_t value(std::string_view key) const;

  /// Replaces the content in one write, as control files want it. Throws system_file_error with errno's text.
  void write(std::string_view content) const;

  /// "FILE: WHAT; REMEDY" as an exception of this file.
  system_file_error error(std::string_view what) const;

 private:
  std::filesystem::path path_;
};

/// The words of a line, split at blanks.
std::vector<std::string> words_of(std::string_view line);

/// The whole of `word` as an unsigned number, or nothing.
std::optional<std::uint64_t> number_in(std::string_view word);

}  // namespace unitcost::harness
