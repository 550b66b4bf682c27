#include "benchmarks/harness/supervision/process_balance.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace unitcost::harness {
namespace {

std::uint64_t entries_in(char const* folder) {
  std::error_code ignored;
  auto const begin = std::filesystem::directory_iterator(folder, ignored);
  return static_cast<std::uint64_t>(std::distance(begin, std::filesystem::directory_iterator{}));
}

}  // namespace

std::vector<int> child_processes() {
  std::vector<int> found;
  std::error_code ignored;
  for (auto const& task : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    std::ifstream in(task.path() / "children");
    found.insert(found.end(), std::istream_iterator<int>(in), std::istream_iterator<int>());
  }
  return found;
}

process_balance read_process_balance() {
  struct mallinfo2 const heap = ::mallinfo2();
  return {.children = child_processes().size(),
          .descriptors = entries_in("/proc/self/fd"),
          .threads = entries_in("/proc/self/task"),
          .heap_bytes = heap.uordblks + heap.hblkhd};
}

std::string imbalance(process_balance const& before, process_balance const& after) {
  constexpr std::uint64_t heap_slack_bytes = 16u << 20;
  std::uint64_t const thread_slack = std::thread::hardware_concurrency();
  auto left = [](std::uint64_t more, std::uint64_t fewer, std::string_view what) {
    return fmt::format("left {} {} behind", more - fewer, what);
  };
  if (after.children > before.children) return left(after.children, before.children, "child processes");
  if (after.threads > before.threads + thread_slack) return left(after.threads, before.threads, "threads");
  if (after.descriptors > before.descriptors) return left(after.descriptors, before.descriptors, "descriptors");
  if (after.heap_bytes > before.heap_bytes + heap_slack_bytes)
    return left(after.heap_bytes, before.heap_bytes, "heap bytes");
  return {};
}

std::string imbalance_since(process_balance const& before) {
  std::string found = imbalance(before, read_process_balance());
  for (int attempt = 0; attempt < 10 && !found.empty(); ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    found = imbalance(before, read_process_balance());
  }
  return found;
}

}  // namespace unitcost::harness
