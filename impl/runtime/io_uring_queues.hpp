// The two queues of an io_uring: what the kernel shall do, and what it has done.
//
// They belong to the thread that made them (single issuer), and completions are worked on only when that thread asks
// for them (deferred task running): it is never interrupted for one.
#pragma once

#include <liburing.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>

namespace unitcost::runtime {

class io_uring_queues {
 public:
  /// Why this machine has none: empty where it has.
  static std::string why_none();

  /// Throws std::system_error where the kernel refuses; why_none tells before.
  io_uring_queues();
  ~io_uring_queues() { io_uring_queue_exit(&ring_); }
  io_uring_queues(io_uring_queues const&) = delete;
  io_uring_queues& operator=(io_uring_queues const&) = delete;

  io_uring& native() { return ring_; }

  /// To be prepared as an operation; what has come of it is told with that tag. A full queue is submitted, which may
  /// throw; it then holds what it held.
  io_uring_sqe& next_entry(std::uint64_t tag);
  bool has_unsubmitted() const { return io_uring_sq_ready(&ring_) > 0; }
  // Throw std::system_error; where the kernel only lacks resources (EAGAIN), when it has done so for long.
  void submit();
  /// Submits, and sleeps until something is completed, or until then on runtime::now_ns's clock. May return early.
  void submit_and_wait(std::int64_t until_ns);

  struct completion {
    std::uint64_t tag;
    std::int32_t result;
    std::uint32_t flags;  // IORING_CQE_F_...
  };
  unsigned completed() const { return io_uring_cq_ready(&ring_); }
  std::optional<completion> take();

  /// Nothing of what was asked for is under way any more. What has come of it is still to be taken.
  void cancel_all();

 private:
  /// `done`: what liburing has returned.
  void look_at(int done, char const* doing) {
    if (done >= 0 || done == -EINTR || done == -ETIME) [[likely]]
      refusals_ = 0;
    else
      bear_refusal(-done, doing);
  }
  void bear_refusal(int reason, char const* doing);

  io_uring ring_{};
  unsigned refusals_ = 0;  // for lack of resources, in a row
};

}  // namespace unitcost::runtime
