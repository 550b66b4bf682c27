// asio: a unit is a Boost.Asio awaitable under an io_context that the calling thread runs. A peer for units that wait
// for descriptors, times and channels, which is what Asio is for; it has no task graphs here.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/asio/task.hpp"
#include "impl/model.hpp"
#include "impl/runtime/no_waiting_units.hpp"

namespace unitcost::asio_runtime {

// turns.hpp and channel.hpp, for those who run units: they take a second or two to compile, which the measures without
// them save.
class turns;
template <class T>
class channel;

}  // namespace unitcost::asio_runtime

namespace unitcost::models {

class asio : public runtime::no_waiting_units<asio> {
 public:
  static constexpr std::string_view name = "asio";
  static constexpr capabilities abilities{.shares_memory = true, .waits_without_worker = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }

  static constexpr char const* why_no_unit_waits = "asio waits for descriptors, times and channels: it has no gate";
  static constexpr char const* why_no_graph = "asio is compared where units wait: it has no fork and join";

  template <class T>
  using task = asio_runtime::task<T>;

  template <class T>
  static task<void> spawn(T&, task<T>) {
    throw not_supported(why_no_graph);
  }
  template <class T>
  static task<void> call(T&, task<T>) {
    throw not_supported(why_no_graph);
  }
  static task<void> join() { throw not_supported(why_no_graph); }

  asio(options const&, placement const& where) : where_(where) {}

  /// The root alone, on the calling thread.
  template <class T>
  T run(task<T> root) {
    T result{};
    run_alone(deliver(std::move(root), result));
    return result;
  }
  std::uint64_t units_made() const { return 0; }

  /// Only memory bounds them.
  static std::uint64_t unit_limit(options const&) { return 10'000'000; }

  using turns = asio_runtime::turns;
  template <class T>
  using channel = asio_runtime::channel<T>;

 private:
  template <class T>
  static task<void> deliver(task<T> root, T& result) {
    result = co_await std::move(root);
  }
  void run_alone(task<void> root);

  placement where_;
};

static_assert(turns_model<asio> && channel_model<asio>);

}  // namespace unitcost::models
