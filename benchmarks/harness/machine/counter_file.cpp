#include "benchmarks/harness/machine/counter_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace unitcost::harness {

void counter_file::refresh() {
  int const file = ::open(file_.path().c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw file_.error(fmt::format("cannot be read ({})", std::strerror(errno)));
  std::size_t filled = 0;
  ssize_t got = 0;
  while (filled < buffer_.size() && (got = ::read(file, buffer_.data() + filled, buffer_.size() - filled)) > 0)
    filled += static_cast<std::size_t>(got);
  int const failure = errno;
  ::close(file);
  if (got < 0) throw file_.error(fmt::format("cannot be read ({})", std::strerror(failure)));
  if (filled == buffer_.size()) throw file_.error(fmt::format("has more than {} bytes", buffer_.size()));
  content_ = {buffer_.data(), filled};
}

std::optional<std::uint64_t> counter_file::value(std::string_view key) const {
  for (std::string_view rest = content_; !rest.empty();) {
    auto const line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ')
      return number_in(line.substr(key.size() + 1));
  }
  return std::nullopt;
}

std::uint64_t counter_file::required(std::string_view key) const {
  if (auto const found = value(key)) return *found;
  throw file_.error(fmt::format("has no number named '{}'", key));
}

std::uint64_t counter_file::only_number() const {
  auto const line = content_.substr(0, content_.find('\n'));
  if (auto const number = number_in(line)) return *number;
  throw file_.error(fmt::format("expected one number, found '{}'", line.substr(0, 40)));
}

}  // namespace unitcost::harness
