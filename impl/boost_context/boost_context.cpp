#include "impl/boost_context/boost_context.hpp"

#include <boost/context/detail/fcontext.hpp>
#include <boost/context/fiber.hpp>
#include <boost/context/preallocated.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "impl/runtime/bare_ring.hpp"

namespace unitcost::models {
namespace {

constexpr std::size_t stack_bytes = 16 * 1024;  // as stackful's default

/// The stack is the ring's.
struct borrowed_stack {
  void deallocate(boost::context::stack_context&) const noexcept {}
};

struct switch_by_fiber {
  using context = boost::context::fiber;

  template <class Member>
  static void prepare(Member& member, runtime::stack_span stack) {
    boost::context::stack_context described;
    described.size = stack.size();
    described.sp = stack.data() + stack.size();
    member.suspended = boost::context::fiber(std::allocator_arg, {described.sp, described.size, described},
                                             borrowed_stack{}, [&member](boost::context::fiber&& left) {
                                               member.previous->suspended = std::move(left);
                                               member.live();
                                               return boost::context::fiber{};  // where to go on, had it come back
                                             });
  }
  template <class Member>
  static Member& hand_over(Member& self) {
    self.previous->suspended = std::move(self.next->suspended).resume();
    return self;
  }
};

struct switch_by_fcontext {
  using context = boost::context::detail::fcontext_t;

  template <class Member>
  static void prepare(Member& member, runtime::stack_span stack) {
    member.suspended = boost::context::detail::make_fcontext(stack.data() + stack.size(), stack.size(), &begin<Member>);
  }
  template <class Member>
  static Member& hand_over(Member& self) {
    return arrive<Member>(boost::context::detail::jump_fcontext(self.next->suspended, self.next));
  }

 private:
  template <class Member>
  static void begin(boost::context::detail::transfer_t first) {
    arrive<Member>(first).live();
  }
  template <class Member>
  static Member& arrive(boost::context::detail::transfer_t transfer) {
    auto& self = *static_cast<Member*>(transfer.data);
    self.previous->suspended = transfer.fctx;
    return self;
  }
};

}  // namespace

ring_outcome boost_context::run_ring(options const&, placement const& where, ring_shape const& shape) {
  if (shape.units == 0) throw not_supported("boost_context: a ring needs at least one unit");
  if (shape.by == handover::resume) return runtime::run_bare_ring<switch_by_fiber>(shape, stack_bytes, where);
  if (shape.by == handover::bare) return runtime::run_bare_ring<switch_by_fcontext>(shape, stack_bytes, where);
  throw not_supported("boost_context: contexts hand over by resume or bare, not by " +
                      std::string(to_string(shape.by)));
}

}  // namespace unitcost::models
