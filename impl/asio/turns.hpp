// Awaitables of Boost.Asio that take turns on one thread: all of them under one io_context, which that thread runs.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "impl/asio/held_unit.hpp"
#include "impl/asio/task.hpp"
#include "impl/model.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/stream.hpp"

namespace unitcost::asio_runtime {

/// A token for operations on descriptors: who awaits them has what the system call would return. Nothing is thrown, and
/// no frame is made as with use_awaitable: the coroutine awaits the operation itself.
inline auto as_transferred() {
  return boost::asio::deferred([](boost::system::error_code const& error, std::size_t bytes) {
    bool const failed = error && error != boost::asio::error::eof;
    return boost::asio::deferred.values(failed ? runtime::transferred{-error.value()}
                                               : static_cast<runtime::transferred>(bytes));
  });
}

class turns : private runtime::stream_watcher {
 public:
  using unit = task<void>;
  using held_unit = task<void>;

  /// Runs the coroutines body(turns&, index) -> unit to their end, begun in their order, on the calling thread, which
  /// is pinned to where.cpus[0] meanwhile. The first exception that leaves one is thrown, and ends the others where
  /// they are. One that waits for what never comes keeps `run` waiting.
  template <class Body>
  static void run(placement const& where, unsigned units, Body const& body) {
    runtime::cpu_confinement const pinned(runtime::cpus_of_workers({.workers = 1, .cpus = where.cpus}));
    turns among;
    for (unsigned index = 0; index < units; ++index) among.begin(body(among, index));
    among.run_all();
  }

  auto give() { return boost::asio::post(context_.get_executor(), boost::asio::deferred); }
  task<void> sleep_since(std::int64_t since_ns, std::int64_t delay_ns);
  /// What the system call would return, see runtime::transferred; the others run while it has to wait.
  auto read_some(runtime::stream& from, std::span<std::byte> into) {
    return descriptor_of(from).async_read_some(boost::asio::buffer(into.data(), into.size()), as_transferred());
  }
  auto write_some(runtime::stream& to, std::span<std::byte const> from) {
    return descriptor_of(to).async_write_some(boost::asio::buffer(from.data(), from.size()), as_transferred());
  }

  /// As Asio's acceptors do, it asks before it waits.
  task<runtime::transferred> accept(runtime::stream& listener);
  task<void> start(unit unbegun);
  /// See holding_turns_model.
  held_handle hold(started_as const& as, held_unit unbegun);

  /// An object of Asio's that is made with the executor, and that ends with these turns.
  template <class Object>
  Object& keep(std::size_t argument) {
    auto const made = std::make_shared<Object>(context_.get_executor(), argument);
    kept_.push_back(made);
    return *made;
  }

 private:
  using descriptor = boost::asio::posix::basic_stream_descriptor<executor>;

  turns();
  void begin(unit unbegun);
  void ended(std::exception_ptr const& failure, bool daemon);
  void run_all();

  descriptor& descriptor_of(runtime::stream& one) {
    if (!is_watched(one)) watch(one);
    return *descriptors_[slot_of(one)];
  }
  void watch(runtime::stream& one);
  void forget(runtime::stream& ended) override;

  std::exception_ptr failure_;
  std::size_t waited_for_ = 0;  // units that are no daemons and have not ended
  // Of each stream, at its slot: registered once, by its first read or write, and given back at its end. A deque, since
  // operations under way know where it is. All are gone when the context is, which ends the coroutines.
  std::deque<std::optional<descriptor>> descriptors_;
  std::vector<std::uint32_t> free_slots_;
  boost::asio::io_context context_;
  std::vector<std::shared_ptr<void>> kept_;
};

}  // namespace unitcost::asio_runtime
