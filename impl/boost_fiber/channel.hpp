// Boost's own bounded channel, which its users would take.
#pragma once

#include <boost/fiber/buffered_channel.hpp>

#include <bit>
#include <cstddef>
#include <string>

#include "impl/model.hpp"

namespace unitcost::models::boost_fiber_parts {

/// Boost's holds one item fewer than its size, which must be a power of two. Throws not_supported for other capacities.
template <class Context, class T>
class channel {
 public:
  explicit channel(std::size_t capacity) : items_(size_for(capacity)) {}

  void put(Context&, T const& item) { items_.push(item); }
  T get(Context&) { return items_.value_pop(); }

 private:
  static std::size_t size_for(std::size_t capacity) {
    if (capacity == 0 || !std::has_single_bit(capacity + 1))
      throw not_supported("boost_fiber's channels hold 1, 3, 7, 15 … items, not " + std::to_string(capacity));
    return capacity + 1;
  }

  boost::fibers::buffered_channel<T> items_;
};

}  // namespace unitcost::models::boost_fiber_parts
