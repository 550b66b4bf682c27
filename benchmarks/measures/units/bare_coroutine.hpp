// The base line of `primitives`: a coroutine with the least that the language asks for, resumed by its handle. Nothing
// about it is ours, so whatever our units that wait take beyond it is the price of being a unit: that a failure is
// told, and that transfers are counted where they are no tail calls.
#pragma once

#include <coroutine>
#include <exception>

#include "impl/stackless/fork_join/cached_frame.hpp"

namespace unitcost::measures {

/// What a promise without an operator new of its own gets: the program's allocator.
struct frame_from_new {};

/// Our units' allocator, which leaves of a comparison only what is not the allocator.
using frame_from_cache = stackless_runtime::cached_frame;

/// Started, resumed and destroyed by its maker.
template <class Allocation>
struct [[nodiscard]] bare_coroutine {
  struct promise_type : Allocation {
    bare_coroutine get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
  std::coroutine_handle<> handle;
};

}  // namespace unitcost::measures
