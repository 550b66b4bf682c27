#include "impl/runtime/completion_reactor.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "impl/runtime/clock.hpp"

namespace unitcost::runtime {

namespace {

constexpr unsigned submissions = 256;  // handed over at once; a full queue is handed over early
constexpr unsigned completions = 4096;

// IORING_SETUP_DEFER_TASKRUN, io_uring_setup(2); the rest of what is used here is older.
constexpr std::pair oldest_kernel{6, 1};

int set_up(io_uring& ring) {
  io_uring_params how{};
  how.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
  how.cq_entries = completions;
  return io_uring_queue_init_params(submissions, &ring, &how);
}

// What comes back with a completion: the operation above the slot.
template <class Operation>
std::uint64_t tag(std::uint32_t slot, Operation what) {
  return static_cast<std::uint64_t>(what) << 32 | slot;
}

bool is_socket(int descriptor) {
  struct stat what {};
  return ::fstat(descriptor, &what) == 0 && S_ISSOCK(what.st_mode);
}

}  // namespace

// Making a ring to see whether there can be one would take kernel memory that is given back late, when somebody's
// footprint may be read. A ring of no entries is refused as invalid where one of some would be made.
std::string io_uring_transfers::why_none() {
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

io_uring_transfers::ring_owner::ring_owner() {
  if (int const refused = set_up(ring); refused != 0)
    throw std::system_error(-refused, std::generic_category(), "making an io_uring");
}

io_uring_transfers::io_uring_transfers() { buffers_.register_with(owner_.ring); }

bool io_uring_transfers::start(stream& on, transfer& one) {
  if (!is_watched(on)) watch_at(on, slot_for(on.descriptor()));
  std::uint32_t const slot = slot_of(on);
  watched& known = streams_[slot];
  if (one.reads && read_received(known, one)) return true;
  if (!one.reads || one.accepts || !known.is_socket)
    hand_over(slot, one);
  else if (!known.is_receiving)
    receive(slot);
  (one.reads ? known.reader : known.writer) = &one;
  ++waiting_;
  return false;
}

std::uint32_t io_uring_transfers::slot_for(int descriptor) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(streams_.size()));
    streams_.emplace_back();
  }
  std::uint32_t const slot = free_slots_.back();
  free_slots_.pop_back();
  streams_[slot] = {.descriptor = descriptor, .is_socket = is_socket(descriptor)};
  return slot;
}

void io_uring_transfers::forget(stream& ended) {
  std::uint32_t const slot = slot_of(ended);
  streams_[slot].is_orphan = true;
  drop_received(streams_[slot]);
  if (streams_[slot].is_receiving) {
    io_uring_prep_cancel64(&next_entry(slot, operation::cancel), tag(slot, operation::receive), 0);
    ++streams_[slot].cancels;
  }
  free_if_over(slot);
}

void io_uring_transfers::free_if_over(std::uint32_t slot) {
  watched& known = streams_[slot];
  if (!known.is_orphan || known.is_receiving || known.cancels > 0) return;
  known = {};
  free_slots_.push_back(slot);
}

io_uring_sqe& io_uring_transfers::next_entry(std::uint32_t slot, operation what) {
  io_uring_sqe* entry = io_uring_get_sqe(&owner_.ring);
  while (entry == nullptr) {
    submit();
    entry = io_uring_get_sqe(&owner_.ring);
  }
  io_uring_sqe_set_data64(entry, tag(slot, what));  // what prepares the rest leaves that alone
  return *entry;
}

void io_uring_transfers::submit() {
  // And works on what has come of it: a cancelled receive holds its socket open until then.
  if (int const done = io_uring_submit_and_get_events(&owner_.ring); done < 0 && done != -EINTR)
    throw std::system_error(-done, std::generic_category(), "handing over to an io_uring");
}

void io_uring_transfers::receive(std::uint32_t slot) {
  io_uring_sqe& entry = next_entry(slot, operation::receive);
  io_uring_prep_recv_multishot(&entry, streams_[slot].descriptor, nullptr, 0, 0);
  entry.flags |= IOSQE_BUFFER_SELECT;
  entry.buf_group = provided_buffers::group;
  streams_[slot].is_receiving = true;
}

void io_uring_transfers::hand_over(std::uint32_t slot, transfer& one) {
  constexpr std::uint64_t where_it_is = ~std::uint64_t{0};  // a pipe or socket has no other place
  io_uring_sqe& entry = next_entry(slot, one.reads ? operation::read : operation::write);
  auto const size = static_cast<unsigned>(one.size);
  if (one.accepts)
    io_uring_prep_accept(&entry, streams_[slot].descriptor, nullptr, nullptr, SOCK_CLOEXEC);
  else if (one.reads)
    io_uring_prep_read(&entry, streams_[slot].descriptor, one.data, size, where_it_is);
  else
    io_uring_prep_write(&entry, streams_[slot].descriptor, one.data, size, where_it_is);
}

bool io_uring_transfers::read_received(watched& from, transfer& into) {
  if (from.first_buffer == no_buffer) {
    into.result = from.end_result;
    return from.has_ended;
  }
  std::uint16_t const buffer = from.first_buffer;
  received& part = received_[buffer];
  std::size_t const count = std::min<std::size_t>(into.size, part.end - part.begin);
  std::memcpy(into.data, &buffers_[buffer][part.begin], count);
  into.result = static_cast<transferred>(count);
  part.begin += static_cast<std::uint32_t>(count);
  if (part.begin < part.end) return true;
  from.first_buffer = part.next;
  buffers_.give_back(buffer);
  return true;
}

void io_uring_transfers::keep_received(watched& of, std::uint16_t buffer, std::uint32_t bytes) {
  received_[buffer] = {.begin = 0, .end = bytes, .next = no_buffer};
  (of.first_buffer == no_buffer ? of.first_buffer : received_[of.last_buffer].next) = buffer;
  of.last_buffer = buffer;
}

void io_uring_transfers::drop_received(watched& of) {
  while (of.first_buffer != no_buffer) {
    std::uint16_t const buffer = of.first_buffer;
    of.first_buffer = received_[buffer].next;
    buffers_.give_back(buffer);
  }
}

waiting* io_uring_transfers::complete(transfer*& one, transferred result) {
  --waiting_;
  one->result = result;
  return std::exchange(one, nullptr);
}

waiting* io_uring_transfers::note(io_uring_cqe const& told) {
  auto const slot = static_cast<std::uint32_t>(told.user_data);
  watched& known = streams_[slot];
  switch (static_cast<operation>(told.user_data >> 32)) {
    case operation::receive:
      return note_received(slot, told);
    case operation::cancel:
      --known.cancels;
      free_if_over(slot);
      return nullptr;
    case operation::read:
    case operation::write:
      break;
  }
  transfer*& one = static_cast<operation>(told.user_data >> 32) == operation::read ? known.reader : known.writer;
  if (told.res != -EINTR && told.res != -ECONNABORTED) return complete(one, told.res);  // as of descriptor_io.hpp
  hand_over(slot, *one);
  return nullptr;
}

waiting* io_uring_transfers::note_received(std::uint32_t slot, io_uring_cqe const& told) {
  watched& known = streams_[slot];
  known.is_receiving = (told.flags & IORING_CQE_F_MORE) != 0;
  if ((told.flags & IORING_CQE_F_BUFFER) != 0) {
    auto const buffer = static_cast<std::uint16_t>(told.flags >> IORING_CQE_BUFFER_SHIFT);
    told.res > 0 ? keep_received(known, buffer, static_cast<std::uint32_t>(told.res)) : buffers_.give_back(buffer);
  }
  bool const only_paused = told.res > 0 || told.res == -ENOBUFS || told.res == -EINTR;
  if (!only_paused) {
    known.has_ended = true;
    known.end_result = told.res;
  }
  if (known.is_orphan) {
    drop_received(known);
    free_if_over(slot);
    return nullptr;
  }
  if (known.reader == nullptr) return nullptr;
  if (read_received(known, *known.reader)) return complete(known.reader, known.reader->result);
  if (known.is_receiving) return nullptr;
  // All buffers hold what others have not read, perhaps for long: this one reads into its unit's own.
  told.res == -ENOBUFS ? hand_over(slot, *known.reader) : receive(slot);
  return nullptr;
}

waiting* io_uring_transfers::take_completed() {
  // Only those that the last wait told of. Looking for more would work on what has come meanwhile, again and again,
  // while all that was written is still to be handed over.
  for (io_uring_cqe* told = nullptr; told_ > 0 && io_uring_peek_cqe(&owner_.ring, &told) == 0;) {
    --told_;
    io_uring_cqe const one = *told;
    io_uring_cqe_seen(&owner_.ring, told);
    if (waiting* const completed = note(one)) return completed;
  }
  return nullptr;
}

void io_uring_transfers::wait(std::int64_t until_ns) {
  if (waiting_ == 0) {
    let_go();
    sleep_until(until_ns);
  } else {
    wait_for_completions(until_ns);
    told_ = io_uring_cq_ready(&owner_.ring);
  }
}

void io_uring_transfers::wait_for_completions(std::int64_t until_ns) {
  int done = 0;
  if (until_ns == timers::never_ns) {
    done = io_uring_submit_and_wait(&owner_.ring, 1);
  } else {
    std::int64_t const left_ns = std::max<std::int64_t>(0, until_ns - now_ns());
    __kernel_timespec left{.tv_sec = left_ns / 1'000'000'000, .tv_nsec = left_ns % 1'000'000'000};
    io_uring_cqe* first = nullptr;
    done = io_uring_submit_and_wait_timeout(&owner_.ring, &first, 1, &left, nullptr);
  }
  if (done < 0 && done != -EINTR && done != -ETIME && done != -EAGAIN)
    throw std::system_error(-done, std::generic_category(), "waiting for an io_uring");
}

void io_uring_transfers::let_go() {
  // What has ended is still received from, and held open, until the kernel knows.
  if (io_uring_sq_ready(&owner_.ring) > 0) submit();
}

void io_uring_transfers::abandon() {
  if (waiting_ == 0) return;
  // All of it first: what is handed over later could be found in memory that is gone. Should the kernel refuse, it has
  // little left to write to, and its ring ends soon.
  io_uring_submit(&owner_.ring);
  io_uring_sync_cancel_reg all{};
  all.flags = IORING_ASYNC_CANCEL_ANY;
  all.timeout = {.tv_sec = -1, .tv_nsec = -1};
  io_uring_register_sync_cancel(&owner_.ring, &all);
  waiting_ = 0;
}

}  // namespace unitcost::runtime
