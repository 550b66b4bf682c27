// The pages that a crawl knows of: those that it has to fetch, and those that it has seen.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

#include "workloads/io/site.hpp"

namespace unitcost::workloads {

/// For crawlers that never run at the same time.
struct no_lock {
  void lock() {}
  void unlock() {}
};

/// Hands out each page once, in the order in which they became known (breadth first), however often they are linked to.
/// `Lock` keeps crawlers apart that run at the same time. The memory is its owner's: two spans, zero-filled, of one
/// item for each page of the site.
template <class Lock>
class frontier {
 public:
  frontier(site const& of, std::span<std::uint32_t> queue, std::span<std::uint8_t> seen) : queue_(queue), seen_(seen) {
    for (std::uint32_t page = 0; page < std::min(of.pages, of.entries); ++page) put_one(page);
  }

  void put(std::span<std::uint32_t const> pages) {
    std::lock_guard const alone(lock_);
    for (std::uint32_t const page : pages) put_one(page);
  }

  /// Nothing where all that is known was handed out. Whoever is then under way puts what it finds, and takes that
  /// itself when it asks next: so crawlers that end here leave no page behind.
  std::optional<std::uint32_t> next() {
    std::lock_guard const alone(lock_);
    if (taken_ == known_) return {};
    return queue_[taken_++];
  }

 private:
  void put_one(std::uint32_t page) {
    if (seen_[page] != 0) return;
    seen_[page] = 1;
    queue_[known_++] = page;
  }

  Lock lock_;
  std::span<std::uint32_t> queue_;  // in the order found
  std::span<std::uint8_t> seen_;
  std::size_t known_ = 0, taken_ = 0;
};

}  // namespace unitcost::workloads
