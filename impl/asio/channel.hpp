// A bounded channel of Asio's between two awaitables of `turns`.
#pragma once

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/basic_channel.hpp>
#include <boost/asio/experimental/channel_traits.hpp>

#include <cstddef>

#include "impl/asio/turns.hpp"

namespace unitcost::asio_runtime {

/// For one run of units. Put and get are awaited.
template <class T>
class channel {
 public:
  explicit channel(std::size_t capacity) : capacity_(capacity) {}

  auto put(turns& among, T const& item) {
    return in(among).async_send(boost::system::error_code(), item, boost::asio::deferred);
  }
  auto get(turns& among) { return in(among).async_receive(boost::asio::deferred); }

 private:
  using asio_channel = boost::asio::experimental::basic_channel<executor, boost::asio::experimental::channel_traits<>,
                                                                void(boost::system::error_code, T)>;

  asio_channel& in(turns& among) {
    if (made_ == nullptr) made_ = &among.keep<asio_channel>(capacity_);
    return *made_;
  }

  std::size_t capacity_;
  asio_channel* made_ = nullptr;  // by the first of the two, since it needs an executor
};

}  // namespace unitcost::asio_runtime
