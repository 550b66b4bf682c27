#include "impl/boost_fiber/fiber_stack.hpp"

#include <algorithm>
#include <cstdlib>

#include "impl/runtime/kernel_limits.hpp"

namespace unitcost::models::boost_fiber_parts {

std::string_view to_string(stack_source source) {
  switch (source) {
    case stack_source::mapped:
      return "mapped";
    case stack_source::fixedsize:
      return "fixedsize";
    case stack_source::pooled:
      return "pooled";
    case stack_source::page_guarded:
      return "protected";
  }
  std::abort();
}

std::size_t default_stack_bytes() { return boost::fibers::fixedsize_stack::traits_type::default_size(); }

mapped_stack::mapped_stack(std::size_t bytes)
    : mapping_(std::make_shared<runtime::stack_mapping>(
          bytes, runtime::stack_guard::none, runtime::stack_mapping::most_stacks(bytes, runtime::stack_guard::none))) {}

fiber_stack::fiber_stack(stack_source source, std::size_t bytes) : source_(make(source, bytes)) {}

fiber_stack::any_source fiber_stack::make(stack_source source, std::size_t bytes) {
  switch (source) {
    case stack_source::mapped:
      return mapped_stack(bytes);
    case stack_source::fixedsize:
      return boost::fibers::fixedsize_stack(bytes);
    case stack_source::pooled:
      return boost::fibers::pooled_fixedsize_stack(bytes);
    case stack_source::page_guarded:
      return boost::fibers::protected_fixedsize_stack(bytes);
  }
  std::abort();
}

std::uint64_t most_stacks(stack_source source, std::size_t bytes) {
  auto const guard = source == stack_source::page_guarded ? runtime::stack_guard::page : runtime::stack_guard::none;
  // A fiber's control block and first frames reach into a second page, malloc's header and the pool's link into more.
  constexpr std::uint64_t pages_each = 4;
  return std::min(runtime::stack_mapping::most_stacks(bytes, guard), runtime::pages_of_memory() / pages_each);
}

}  // namespace unitcost::models::boost_fiber_parts
