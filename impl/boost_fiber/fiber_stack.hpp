// Where Boost.Fiber's stacks come from.
#pragma once

#include <boost/fiber/fixedsize_stack.hpp>
#include <boost/fiber/pooled_fixedsize_stack.hpp>
#include <boost/fiber/protected_fixedsize_stack.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>

#include "impl/runtime/stack_mapping.hpp"

namespace unitcost::models::boost_fiber_parts {

/// `mapped`: the suite's own stacks (runtime/stack_mapping.hpp), reused and thread-safe. `fixedsize`: malloc and free,
/// a stack at a time. `pooled`: a boost::pool, which grows by doubling, writes a link into every stack it adds and is
/// not thread-safe. `page_guarded`: mmap with one inaccessible page below each stack.
enum class stack_source : std::uint8_t { mapped, fixedsize, pooled, page_guarded };
std::string_view to_string(
    stack_source source);  // "mapped", and "fixedsize", "pooled", "protected", as Boost names them

/// Boost's own default (context/stack_traits: 128 KiB on POSIX).
std::size_t default_stack_bytes();

/// Boost's StackAllocator over a stack_mapping. Boost's own pool is not thread-safe, and its malloc'ed stacks go back
/// to the kernel with every burst of fibers that ends: a hundred times the price of a fiber.
class mapped_stack {
 public:
  explicit mapped_stack(std::size_t bytes);

  boost::context::stack_context allocate() {
    runtime::stack_span const taken = mapping_->take();
    boost::context::stack_context stack;
    stack.size = taken.size();
    stack.sp = taken.data() + taken.size();
    return stack;
  }
  void deallocate(boost::context::stack_context& stack) noexcept {
    mapping_->give_back({static_cast<std::byte*>(stack.sp) - stack.size, stack.size});
  }

 private:
  std::shared_ptr<runtime::stack_mapping> mapping_;  // each fiber keeps a copy of its allocator
};

/// One of these stack allocators, chosen when the model is made: itself a model of Boost's StackAllocator.
class fiber_stack {
 public:
  fiber_stack(stack_source source, std::size_t bytes);

  boost::context::stack_context allocate() {
    return std::visit([](auto& source) { return source.allocate(); }, source_);
  }
  void deallocate(boost::context::stack_context& stack) noexcept {
    std::visit([&stack](auto& source) { source.deallocate(stack); }, source_);
  }

 private:
  using any_source = std::variant<mapped_stack, boost::fibers::fixedsize_stack, boost::fibers::pooled_fixedsize_stack,
                                  boost::fibers::protected_fixedsize_stack>;
  static any_source make(stack_source source, std::size_t bytes);

  any_source source_;
};

/// The most stacks that can exist at once: memory for the pages that every fiber writes, and for guarded stacks the
/// kernel's map count: beyond it Boost ignores mprotect's error and leaves a stack unguarded.
std::uint64_t most_stacks(stack_source source, std::size_t bytes);

}  // namespace unitcost::models::boost_fiber_parts
