// Fibers that are alive and wait: the subject of boost_fiber's footprint.
#pragma once

#include <boost/fiber/condition_variable.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/mutex.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "impl/boost_fiber/fiber_stack.hpp"
#include "impl/model.hpp"
#include "impl/runtime/in_process_units.hpp"

namespace unitcost::models::boost_fiber_parts {

/// Fibers on the constructing thread, which alone may use the object: a scheduler of the library's own is made for any
/// thread that asks for a fiber, so no worker thread stands between the caller and its units.
class parked_fibers : public runtime::in_process_units {
 public:
  struct stacks {
    stack_source source;
    std::size_t bytes;
  };

  /// Throws not_supported when `touch_bytes` do not fit a stack.
  parked_fibers(stacks const& kind, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes);
  ~parked_fibers() { release(); }

  void grow_to(std::uint64_t count);
  void release();

 private:
  void park(std::uint64_t index);

  unit_arrivals& arrivals_;
  std::uint64_t most_;
  std::size_t touch_bytes_;
  fiber_stack stacks_;
  std::vector<boost::fibers::fiber> units_;
  std::uint64_t started_ = 0;
  boost::fibers::mutex mutex_;
  boost::fibers::condition_variable gate_;
  std::uint64_t released_ = 0;  // units below it may go on
};

}  // namespace unitcost::models::boost_fiber_parts
