#include "benchmarks/measures/messages/kernel_ways.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include "impl/model.hpp"
#include "impl/process/unit_crashed.hpp"

namespace unitcost::measures {
namespace {

constexpr std::size_t place_of(party who) { return who == party::asker ? 0 : 1; }

[[noreturn]] void throw_way_error(char const* doing) { throw std::system_error(errno, std::generic_category(), doing); }
[[noreturn]] void throw_closed() { throw unit_crashed("the other party has closed its end", 0, 0); }

std::uint64_t in_kernel_setting(char const* path, std::uint64_t otherwise) {
  std::uint64_t value = 0;
  return std::ifstream(path) >> value ? value : otherwise;
}

mqd_t open_message_queue(std::size_t message_bytes) {
  static std::atomic<unsigned> opened{0};
  std::string const name = "/unitcost-" + std::to_string(::getpid()) + "-" + std::to_string(opened++);
  mq_attr attributes{};
  attributes.mq_maxmsg = static_cast<long>(in_kernel_setting("/proc/sys/fs/mqueue/msg_max", 10));
  attributes.mq_msgsize = static_cast<long>(message_bytes);
  mqd_t const queue = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);
  if (queue >= 0) {
    ::mq_unlink(name.c_str());
    return queue;
  }
  if (errno == ENOSYS) throw not_supported("the kernel has no POSIX message queues (CONFIG_POSIX_MQUEUE)");
  if (errno == EMFILE || errno == ENOSPC)
    throw limit_reached("no POSIX message queue left: raise RLIMIT_MSGQUEUE (ulimit -q) or fs.mqueue.queues_max");
  throw_way_error("opening a message queue");
}

/// Of real-time signals the last but one: libraries take those at the beginning.
int carrying_signal() { return SIGRTMAX - 1; }

}  // namespace

void write_watched(int descriptor, std::span<std::byte const> from, peer_watch& watch) {
  while (!from.empty()) {
    ssize_t const count = ::write(descriptor, from.data(), from.size());
    if (count >= 0) {
      from = from.subspan(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EPIPE || errno == ECONNRESET) throw_closed();
    if (errno != EINTR) throw_way_error("writing a message");
    watch.look();
  }
}

void read_watched(int descriptor, std::span<std::byte> into, peer_watch& watch) {
  while (!into.empty()) {
    ssize_t const count = ::read(descriptor, into.data(), into.size());
    if (count > 0) {
      into = into.subspan(static_cast<std::size_t>(count));
      continue;
    }
    if (count == 0 || errno == ECONNRESET) throw_closed();
    if (errno != EINTR) throw_way_error("reading a message");
    watch.look();
  }
}

socket_ends open_socket_pair() {
  std::array<int, 2> ends{-1, -1};
  int const outcome = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data());
  auto first = runtime::opened(outcome == 0 ? ends[0] : outcome, "opening a socket pair");
  return {std::move(first), runtime::owned_descriptor(ends[1])};
}

pipe_way::pipe_way(way_order const&) : from_{runtime::open_pipe(), runtime::open_pipe()} {}

void pipe_way::keep_only(party who) {
  from_[place_of(who)].reading.reset();
  from_[place_of(other(who))].writing.reset();
}
void pipe_way::send(party from, std::span<std::byte const> message, peer_watch& watch) {
  write_watched(from_[place_of(from)].writing.get(), message, watch);
}
void pipe_way::receive(party at, std::span<std::byte> message, peer_watch& watch) {
  read_watched(from_[place_of(other(at))].reading.get(), message, watch);
}

socket_pair_way::socket_pair_way(way_order const&) {
  auto pair = open_socket_pair();
  ends_ = {std::move(pair.first), std::move(pair.second)};
}
void socket_pair_way::keep_only(party who) { ends_[place_of(other(who))].reset(); }
void socket_pair_way::send(party from, std::span<std::byte const> message, peer_watch& watch) {
  write_watched(ends_[place_of(from)].get(), message, watch);
}
void socket_pair_way::receive(party at, std::span<std::byte> message, peer_watch& watch) {
  read_watched(ends_[place_of(at)].get(), message, watch);
}

std::size_t largest_queued_message() { return in_kernel_setting("/proc/sys/fs/mqueue/msgsize_max", 8192); }

message_queue_way::message_queue_way(way_order const& order)
    : message_bytes_(order.message_bytes),
      rooms_{std::vector<std::byte>(message_bytes_), std::vector<std::byte>(message_bytes_)} {
  if (order.message_bytes > largest_queued_message())
    throw not_supported("messages of " + std::to_string(order.message_bytes) + " bytes are larger than " +
                        std::to_string(largest_queued_message()) + " (fs.mqueue.msgsize_max)");
  from_[0] = open_message_queue(order.message_bytes);
  try {
    from_[1] = open_message_queue(order.message_bytes);
  } catch (...) {
    ::mq_close(from_[0]);
    throw;
  }
}
message_queue_way::~message_queue_way() {
  for (mqd_t const queue : from_) ::mq_close(queue);
}

void message_queue_way::send(party from, std::span<std::byte const> message, peer_watch& watch) {
  while (::mq_send(from_[place_of(from)], reinterpret_cast<char const*>(message.data()), message.size(), 0) != 0) {
    if (errno != EINTR) throw_way_error("mq_send");
    watch.look();
  }
}
void message_queue_way::receive(party at, std::span<std::byte> message, peer_watch& watch) {
  // The kernel wants room for the largest message that the queue may hold.
  auto const room = message.size() < message_bytes_ ? std::span(rooms_[place_of(at)]) : message;
  mqd_t const queue = from_[place_of(other(at))];
  for (;;) {
    ssize_t const count = ::mq_receive(queue, reinterpret_cast<char*>(room.data()), room.size(), nullptr);
    if (count >= 0) {
      if (static_cast<std::size_t>(count) != message.size())
        throw std::runtime_error("a message queue gave a message of another size");
      if (room.data() != message.data()) std::memcpy(message.data(), room.data(), message.size());
      return;
    }
    if (errno != EINTR) throw_way_error("mq_receive");
    watch.look();
  }
}

signal_way::signal_way(way_order const&) : who_(2) {
  ::sigemptyset(&taken_);
  ::sigaddset(&taken_, carrying_signal());
  ::pthread_sigmask(SIG_BLOCK, &taken_, &before_);
}
signal_way::~signal_way() {
  // What nobody took would end the process as soon as it is let in.
  timespec const no_wait{};
  while (::sigtimedwait(&taken_, nullptr, &no_wait) > 0) {
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void signal_way::begin(party who) {
  address& own = who_[place_of(who)];
  own.process.store(::getpid(), std::memory_order_relaxed);
  // Release: who finds the thread finds its process, too.
  own.thread.store(::gettid(), std::memory_order_release);
}

void signal_way::send(party from, std::span<std::byte const> message, peer_watch& watch) {
  address const& to = who_[place_of(other(from))];
  pid_t thread = 0;
  while ((thread = to.thread.load(std::memory_order_acquire)) == 0) {
    watch.look();
    ::sched_yield();
  }
  siginfo_t told{};
  told.si_code = SI_QUEUE;
  told.si_pid = ::getpid();
  told.si_uid = ::getuid();
  std::memcpy(&told.si_value, message.data(), std::min(message.size(), sizeof told.si_value));
  // As pthread_sigqueue(3), which knows threads of its own process only. To the thread, not to its process, where a
  // thread that has not blocked the signal would be killed by it.
  while (::syscall(SYS_rt_tgsigqueueinfo, to.process.load(std::memory_order_relaxed), thread, carrying_signal(),
                   &told) != 0) {
    if (errno == ESRCH) throw_closed();
    if (errno != EAGAIN) throw_way_error("queueing a signal");
    watch.look();
    ::sched_yield();
  }
}

void signal_way::receive(party, std::span<std::byte> message, peer_watch& watch) {
  siginfo_t told{};
  while (::sigwaitinfo(&taken_, &told) < 0) {
    if (errno != EINTR) throw_way_error("sigwaitinfo");
    watch.look();
  }
  std::memcpy(message.data(), &told.si_value, std::min(message.size(), sizeof told.si_value));
}

}  // namespace unitcost::measures
