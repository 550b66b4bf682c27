#include "impl/asio/turns.hpp"

#include <boost/asio/co_spawn.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <utility>

namespace unitcost::asio_runtime {

// Asio takes no lock under this hint. For a context that only one thread knows.
turns::turns() : context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE) {}

void turns::begin(unit unbegun) {
  ++waited_for_;
  boost::asio::co_spawn(context_.get_executor(), std::move(unbegun),
                        [this](std::exception_ptr const& failure) { ended(failure, false); });
}

held_handle turns::hold(started_as const& as, held_unit unbegun) {
  auto const state = std::make_shared<held_state>(context_.get_executor(), as);
  waited_for_ += !as.daemon;
  boost::asio::co_spawn(context_.get_executor(), std::move(unbegun), [this, state](std::exception_ptr const& failure) {
    state->ended = true;
    state->end.cancel();
    ended(failure, state->as.daemon);
  });
  return held_handle(state);
}

void turns::ended(std::exception_ptr const& failure, bool daemon) {
  waited_for_ -= !daemon;
  if (failure && !failure_) failure_ = failure;
  // Daemons, and others after a failure, end with the context.
  if (failure_ || waited_for_ == 0) context_.stop();
}

void turns::run_all() {
  context_.run();
  if (failure_) std::rethrow_exception(failure_);
}

task<void> turns::sleep_since(std::int64_t since_ns, std::int64_t delay_ns) {
  timer one(context_.get_executor(), timer::time_point(std::chrono::nanoseconds(since_ns + delay_ns)));
  co_await one.async_wait(boost::asio::deferred);
}

task<runtime::transferred> turns::accept(runtime::stream& listener) {
  for (;;) {
    auto const taken = runtime::accept_one(listener.descriptor(), SOCK_NONBLOCK);
    if (taken != -EAGAIN) co_return taken;
    co_await descriptor_of(listener).async_wait(descriptor::wait_read, boost::asio::deferred);
  }
}

task<void> turns::start(unit unbegun) {
  begin(std::move(unbegun));
  co_return;
}

void turns::watch(runtime::stream& one) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(descriptors_.size()));
    descriptors_.emplace_back();
  }
  std::uint32_t const slot = free_slots_.back();
  descriptors_[slot].emplace(context_.get_executor(), one.descriptor());
  free_slots_.pop_back();
  watch_at(one, slot);
}

void turns::forget(runtime::stream& ended) {
  std::uint32_t const slot = slot_of(ended);
  descriptors_[slot]->release();  // it stays its owner's
  descriptors_[slot].reset();
  free_slots_.push_back(slot);
}

}  // namespace unitcost::asio_runtime
