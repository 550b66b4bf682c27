// Boost's round_robin for fibers that also wait for descriptors: when no fiber is ready the worker waits in a reactor.
//
// That is how Boost's own example for Asio joins the two: `suspend_until` is where a scheduler sleeps. What has come
// there makes all its fibers ready at once, since each return to Boost's dispatcher costs two switches.
#pragma once

#include <boost/fiber/algo/round_robin.hpp>

#include <chrono>

#include "impl/runtime/chosen_reactor.hpp"

namespace unitcost::models::boost_fiber_parts {

/// For a thread that schedules alone: while its fibers wait for events, no other thread may wake one of them.
class reacting_round_robin : public boost::fibers::algo::round_robin {
 public:
  /// Throws what the reactor's constructor does.
  explicit reacting_round_robin(runtime::waits_over over);
  ~reacting_round_robin() override;

  /// Where the kernel refuses to wait (std::system_error) the process ends: Boost's interface has no way to say it.
  void suspend_until(std::chrono::steady_clock::time_point const& until) noexcept override;

  /// Suspends the calling fiber while the transfer has to wait. Throws not_supported on a thread with another
  /// scheduler.
  static runtime::transferred transfer_some(runtime::stream& on, runtime::transfer what);

  /// Of the calling thread's: holds no stream any more that has ended. To be called when a run has ended.
  static void let_go();

 private:
  void make_completed_ready();

  runtime::chosen_reactor events_;
};

}  // namespace unitcost::models::boost_fiber_parts
