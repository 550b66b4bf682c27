#include "impl/runtime/io_uring_queues.hpp"

#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/timers.hpp"

namespace unitcost::runtime {

namespace {

constexpr unsigned submissions = 256;  // handed over at once; a full queue is handed over early
constexpr unsigned completions = 4096;

// What the kernel has no resources for may be handed over again, io_uring_enter(2); each time after a pause.
constexpr unsigned most_refusals = 100;
constexpr std::chrono::milliseconds before_the_next(1);

// IORING_SETUP_DEFER_TASKRUN, io_uring_setup(2); the rest of what is used is older.
constexpr std::pair oldest_kernel{6, 1};

}  // namespace

// Making a ring to see whether there can be one would take kernel memory that is given back late, when somebody's
// footprint may be read. A ring of no entries is refused as invalid where one of some would be made.
std::string io_uring_queues::why_none() {
  io_uring_params how{};
  ::syscall(__NR_io_uring_setup, 0, &how);
  if (errno != EINVAL)
    return std::string("no io_uring here (kernel.io_uring_disabled, or a sandbox): ") + std::strerror(errno);
  utsname kernel{};
  ::uname(&kernel);
  int major = 0, minor = 0;
  std::sscanf(kernel.release, "%d.%d", &major, &minor);
  if (std::pair(major, minor) < oldest_kernel)
    return std::string("no io_uring with deferred task running here: Linux 6.1 has it, this is ") + kernel.release;
  return {};
}

io_uring_queues::io_uring_queues() {
  io_uring_params how{};
  how.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
  how.cq_entries = completions;
  if (int const refused = io_uring_queue_init_params(submissions, &ring_, &how); refused != 0)
    throw std::system_error(-refused, std::generic_category(), "making an io_uring");
  io_uring_register_ring_fd(&ring_);  // saves each call the look-up of the ring; where it is refused, they look it up
}

io_uring_sqe& io_uring_queues::next_entry(std::uint64_t tag) {
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);
  while (entry == nullptr) {
    submit();
    entry = io_uring_get_sqe(&ring_);
  }
  io_uring_sqe_set_data64(entry, tag);  // what prepares the rest leaves that alone
  return *entry;
}

void io_uring_queues::submit() {
  // And works on what has come of it: a cancelled receive holds its socket open until then.
  look_at(io_uring_submit_and_get_events(&ring_), "handing over to an io_uring");
}

void io_uring_queues::submit_and_wait(std::int64_t until_ns) {
  int done = 0;
  if (until_ns == timers::never_ns) {
    done = io_uring_submit_and_wait(&ring_, 1);
  } else {
    std::int64_t const left_ns = std::max<std::int64_t>(0, until_ns - now_ns());
    __kernel_timespec left{.tv_sec = left_ns / 1'000'000'000, .tv_nsec = left_ns % 1'000'000'000};
    io_uring_cqe* first = nullptr;
    done = io_uring_submit_and_wait_timeout(&ring_, &first, 1, &left, nullptr);
  }
  look_at(done, "waiting for an io_uring");
}

void io_uring_queues::bear_refusal(int reason, char const* doing) {
  if (reason != EAGAIN) throw std::system_error(reason, std::generic_category(), doing);
  if (++refusals_ < most_refusals) return std::this_thread::sleep_for(before_the_next);
  refusals_ = 0;
  throw std::system_error(
      reason, std::generic_category(),
      std::string(doing) + ", " + std::to_string(most_refusals) + " times in a row (the kernel has no memory for it)");
}

std::optional<io_uring_queues::completion> io_uring_queues::take() {
  io_uring_cqe* told = nullptr;
  if (io_uring_peek_cqe(&ring_, &told) != 0) return std::nullopt;
  completion const taken{told->user_data, told->res, told->flags};
  io_uring_cqe_seen(&ring_, told);
  return taken;
}

void io_uring_queues::cancel_all() {
  // All of it first: what is handed over later could be found in memory that is gone. Should the kernel refuse, it has
  // little left to write to, and its ring ends soon.
  io_uring_submit(&ring_);
  io_uring_sync_cancel_reg all{};
  all.flags = IORING_ASYNC_CANCEL_ANY;
  all.timeout = {.tv_sec = -1, .tv_nsec = -1};
  io_uring_register_sync_cancel(&ring_, &all);
}

}  // namespace unitcost::runtime
