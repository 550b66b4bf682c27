#include "benchmarks/harness/records/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

namespace unitcost::harness {
namespace {

/// Cuts an unfinished last line off.
void drop_partial_line(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return;
  std::string const text{std::istreambuf_iterator<char>(in), {}};
  if (text.empty() || text.back() == '\n') return;
  auto const last = text.rfind('\n');
  std::filesystem::resize_file(file, last == std::string::npos ? 0 : last + 1);
}

runtime::owned_descriptor opened_for_appending(std::filesystem::path const& file) {
  runtime::owned_descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (out.get() < 0) throw std::system_error(errno, std::generic_category(), "opening " + file.string());
  // Given back by the kernel with the last descriptor, however its process ends. A filesystem may know no locks.
  if (::flock(out.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw std::invalid_argument(
        fmt::format("{} is being written by another process: wait for the end of that run, or end it", file.string()));
  return out;
}

}  // namespace

journal::journal(std::filesystem::path file) : file_(std::move(file)), descriptor_(opened_for_appending(file_)) {
  drop_partial_line(file_);
}

void journal::append(record const& what) {
  // A reason may quote a crashed worker's output, which need not be UTF-8.
  std::string const line = to_json(what).dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  ssize_t const written = ::write(descriptor_.get(), line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size()))
    throw std::system_error(written < 0 ? errno : ENOSPC, std::generic_category(), "writing " + file_.string());
}

std::vector<record> read_journal(std::filesystem::path const& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(fmt::format("{} cannot be read", file.string()));
  std::vector<record> records;
  std::string line;
  // A last line without its newline is unfinished, even where it happens to parse: opening the journal cuts it off.
  for (unsigned number = 1; std::getline(in, line) && !in.eof(); ++number) {
    try {
      records.push_back(record_from_json(json::parse(line)));
    } catch (std::exception const& error) {
      throw std::runtime_error(fmt::format("{}:{}: {}", file.string(), number, error.what()));
    }
  }
  return records;
}

finished_set finished_in(std::vector<record> const& records) {
  finished_set finished;
  for (record const& one : records)
    if (!one.discarded) finished.emplace(one.case_name, one.repetition);
  return finished;
}

}  // namespace unitcost::harness
