// The coroutine of a unit: an awaitable of Boost.Asio's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace unitcost::asio_runtime {

/// By its type: Asio's default, any_io_executor, is asked at each step what it is.
using executor = boost::asio::io_context::executor_type;

template <class T>
using task = boost::asio::awaitable<T, executor>;

}  // namespace unitcost::asio_runtime
