#include "benchmarks/harness/machine/system_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

namespace unitcost::harness {
namespace {

constexpr std::string_view remedy = "`unitcost doctor` tells what this machine lets us read and how to change it";

/// A process that ends while its file is read gives ESRCH; the content is then as good as unreadable.
std::optional<std::string> content_of(std::filesystem::path const& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return std::nullopt;
  std::ifstream stream(path);
  if (!stream) return std::nullopt;
  std::ostringstream content;
  if (stream.peek() != std::ifstream::traits_type::eof()) content << stream.rdbuf();
  if (stream.bad()) return std::nullopt;
  std::string text = content.str();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::optional<std::uint64_t> number_in(std::string_view word) {
  std::uint64_t value = 0;
  auto const [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (failure != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

bool system_file::readable() const { return content_of(path_).has_value(); }

std::optional<std::string> system_file::text_if_readable() const { return content_of(path_); }

std::string system_file::text() const {
  errno = 0;
  if (auto content = content_of(path_)) return *std::move(content);
  throw error(fmt::format("cannot be read ({})", errno == 0 ? "no content" : std::strerror(errno)));
}

std::vector<std::string> system_file::lines() const {
  std::istringstream stream(text());
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::uint64_t system_file::number() const {
  std::string const content = text();
  if (auto const value = number_in(content)) return *value;
  throw error(fmt::format("expected one number, found '{}'", content.substr(0, 40)));
}

std::optional<std::uint64_t> system_file::number_if_readable() const {
  auto const content = text_if_readable();
  return content ? number_in(*content) : std::nullopt;
}

std::map<std::string, std::uint64_t, std::less<>> system_file::values() const {
  std::map<std::string, std::uint64_t, std::less<>> values;
  for (std::string const& line : lines()) {
    auto const words = words_of(line);
    if (words.size() < 2) continue;
    std::string key = words[0];
    if (key.ends_with(':')) key.pop_back();
    bool const in_kilobytes = words.size() > 2 && words[2] == "kB";
    if (auto const value = number_in(words[1])) values[key] = in_kilobytes ? *value * 1024 : *value;
  }
  return values;
}

std::uint64_t system_file::value(std::string_view key) const {
  auto const all = values();
  auto const found = all.find(key);
  if (found == all.end()) throw error(fmt::format("has no number named '{}'", key));
  return found->second;
}

void system_file::write(std::string_view content) const {
  int const file = ::open(path_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (file < 0) throw error(fmt::format("cannot be opened for writing ({})", std::strerror(errno)));
  ssize_t const written = ::write(file, content.data(), content.size());
  int const failure = errno;
  ::close(file);
  if (written != static_cast<ssize_t>(content.size()))
    throw error(fmt::format("refused '{}' ({})", content, std::strerror(failure)));
}

system_file_error system_file::error(std::string_view what) const {
  return system_file_error(fmt::format("{}: {}; {}", path_.string(), what, remedy));
}

}  // namespace unitcost::harness
