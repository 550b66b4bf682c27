// One task on its way to another process and back: the body goes as bytes, what became of it comes back as bytes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>

#include "impl/pools/pool_errors.hpp"

namespace unitcost::pools {

/// Lives in memory that client and workers share. Pointers travel as they are: workers are forks of one program, so
/// that code has the same address in each. Whoever has the slot at the moment (slot_queue) is the only one to touch it.
class task_slot {
 public:
  static constexpr std::size_t body_bytes = 256;  ///< a path and some numbers
  static constexpr std::size_t outcome_bytes =
      256;  ///< a result, or an error's text with its ending 0; longer ones are cut

  /// By the client.
  template <class Body>
  void put_body(Body const& body) {
    using result_type = std::invoke_result_t<Body&>;
    static_assert(
        std::is_trivially_copyable_v<Body> && sizeof(Body) <= body_bytes && alignof(Body) <= alignof(std::max_align_t),
        "a task of a pool of processes is a trivially copyable callable of at most task_slot::body_bytes");
    static_assert(std::is_void_v<result_type> ||
                      (std::is_trivially_copyable_v<result_type> && sizeof(size_of<result_type>) <= outcome_bytes),
                  "a task of a pool of processes returns nothing, or a trivially copyable value of at most "
                  "task_slot::outcome_bytes");
    run_ = &run_body<Body>;
    std::memcpy(body_.data(), &body, sizeof body);
  }

  /// By the worker: calls the body and keeps what it returns or throws.
  void run() noexcept { run_(*this); }

  /// By the client, of a task that was run: what it returned; throws task_failed for what it threw.
  template <class Result>
  Result outcome() const {
    if (failed_) throw task_failed(text());
    // memcpy made a Result there: trivially copyable types are implicit-lifetime types ([basic.types.general]).
    if constexpr (!std::is_void_v<Result>) return *std::launder(reinterpret_cast<Result const*>(outcome_.data()));
  }

 private:
  template <class Result>
  using size_of = std::conditional_t<std::is_void_v<Result>, char, Result>;

  template <class Body>
  static void run_body(task_slot& slot) noexcept {
    slot.failed_ = false;
    try {
      auto& body = *std::launder(reinterpret_cast<Body*>(slot.body_.data()));
      if constexpr (std::is_void_v<std::invoke_result_t<Body&>>) {
        body();
      } else {
        auto const result = body();
        std::memcpy(slot.outcome_.data(), &result, sizeof result);
      }
    } catch (std::exception const& error) {
      slot.keep_error(error.what());
    } catch (...) {
      slot.keep_error("the task threw what is no std::exception");
    }
  }

  void keep_error(std::string_view text) noexcept {
    failed_ = true;
    std::size_t const kept = std::min(text.size(), outcome_bytes - 1);
    std::memcpy(outcome_.data(), text.data(), kept);
    outcome_[kept] = std::byte{0};
  }
  std::string text() const { return reinterpret_cast<char const*>(outcome_.data()); }

  void (*run_)(task_slot&);
  bool failed_;
  alignas(std::max_align_t) std::array<std::byte, body_bytes> body_;
  alignas(std::max_align_t) std::array<std::byte, outcome_bytes> outcome_;
};

}  // namespace unitcost::pools
