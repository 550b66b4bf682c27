#include "impl/runtime/completion_reactor.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "impl/runtime/clock.hpp"

namespace unitcost::runtime {

namespace {

// What comes back with a completion: the operation above the slot.
template <class Operation>
std::uint64_t tag(std::uint32_t slot, Operation what) {
  return static_cast<std::uint64_t>(what) << 32 | slot;
}
template <class Operation>
Operation operation_of(std::uint64_t tag) {
  return static_cast<Operation>(tag >> 32);
}

}  // namespace

io_uring_transfers::io_uring_transfers() { buffers_.register_with(queues_.native()); }

io_uring_transfers::~io_uring_transfers() {
  abandon();
  // Connections that came when nobody asked any more.
  while (auto const told = queues_.take())
    if (operation_of<operation>(told->tag) == operation::accept) owned_descriptor const closed(told->result);
}

bool io_uring_transfers::start(stream& on, transfer& one) {
  if (!is_watched(on)) watch_at(on, slot_for(on.descriptor()));
  std::uint32_t const slot = slot_of(on);
  watched& known = streams_[slot];
  if (one.accepts ? take_accepted(slot, one) : one.reads && read_received(known, one)) return true;
  if (!one.reads || !known.is_socket)
    hand_over(slot, one);
  else if (!known.is_receiving)
    one.accepts ? accept(slot) : receive(slot);
  (one.reads ? known.reader : known.writer) = &one;
  ++waiting_;
  return false;
}

std::uint32_t io_uring_transfers::slot_for(int descriptor) {
  // First: whoever has ended could still receive what comes for the next stream of the descriptor.
  hand_over_cancels();
  if (free_slots_.empty()) {
    streams_.emplace_back();
    free_slots_.reserve(streams_.capacity());
    to_cancel_.reserve(streams_.capacity());
    free_slots_.push_back(static_cast<std::uint32_t>(streams_.size() - 1));
  }
  std::uint32_t const slot = free_slots_.back();
  free_slots_.pop_back();
  streams_[slot] = {.descriptor = descriptor};
  return slot;
}

void io_uring_transfers::forget(stream& ended) {
  std::uint32_t const slot = slot_of(ended);
  streams_[slot].is_orphan = true;
  drop_received(streams_[slot]);
  accepted_.erase(slot);
  if (streams_[slot].is_receiving) {
    // Not handed over yet: where the queue is full that calls the kernel, which may refuse.
    to_cancel_.push_back(slot);
    ++streams_[slot].cancels;
  }
  free_if_over(slot);
}

void io_uring_transfers::cancel(std::uint32_t slot) {
  auto const what = streams_[slot].is_listening ? operation::accept : operation::receive;
  io_uring_prep_cancel64(&next_entry(slot, operation::cancel), tag(slot, what), 0);
}

void io_uring_transfers::free_if_over(std::uint32_t slot) {
  watched& known = streams_[slot];
  if (!known.is_orphan || known.is_receiving || known.cancels > 0) return;
  known = {};
  free_slots_.push_back(slot);
}

io_uring_sqe& io_uring_transfers::next_entry(std::uint32_t slot, operation what) {
  return queues_.next_entry(tag(slot, what));
}

void io_uring_transfers::receive(std::uint32_t slot) {
  io_uring_sqe& entry = next_entry(slot, operation::receive);
  io_uring_prep_recv_multishot(&entry, streams_[slot].descriptor, nullptr, 0, 0);
  entry.flags |= IOSQE_BUFFER_SELECT;
  entry.buf_group = provided_buffers::group;
  streams_[slot].is_receiving = true;
}

void io_uring_transfers::accept(std::uint32_t slot) {
  watched& known = streams_[slot];
  io_uring_prep_multishot_accept(&next_entry(slot, operation::accept), known.descriptor, nullptr, nullptr,
                                 SOCK_CLOEXEC);
  known.is_listening = known.is_receiving = true;
}

void io_uring_transfers::hand_over(std::uint32_t slot, transfer& one) {
  constexpr std::uint64_t where_it_is = ~std::uint64_t{0};  // a pipe or socket has no other place
  io_uring_sqe& entry = next_entry(slot, one.reads ? operation::read : operation::write);
  auto const size = static_cast<unsigned>(one.size);
  if (one.reads)
    io_uring_prep_read(&entry, streams_[slot].descriptor, one.data, size, where_it_is);
  else if (streams_[slot].is_socket)  // a write would go the longer way of files to the same place
    io_uring_prep_send(&entry, streams_[slot].descriptor, one.data, one.size, MSG_NOSIGNAL);
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

bool io_uring_transfers::take_accepted(std::uint32_t slot, transfer& into) {
  auto const kept = accepted_.find(slot);
  if (kept == accepted_.end() || kept->second.empty()) return false;
  into.result = kept->second.front().release();
  kept->second.pop();
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

waiting* io_uring_transfers::note(io_uring_queues::completion const& told) {
  auto const slot = static_cast<std::uint32_t>(told.tag);
  auto const what = operation_of<operation>(told.tag);
  watched& known = streams_[slot];
  switch (what) {
    case operation::receive:
      return note_received(slot, told);
    case operation::accept:
      return note_accepted(slot, told);
    case operation::cancel:
      --known.cancels;
      free_if_over(slot);
      return nullptr;
    case operation::read:
    case operation::write:
      break;
  }
  transfer*& one = what == operation::read ? known.reader : known.writer;
  known.is_socket &= told.result != -ENOTSOCK;
  if (told.result != -EINTR && told.result != -ENOTSOCK) return complete(one, told.result);  // as of descriptor_io.hpp
  hand_over(slot, *one);
  return nullptr;
}

waiting* io_uring_transfers::note_received(std::uint32_t slot, io_uring_queues::completion const& told) {
  watched& known = streams_[slot];
  known.is_receiving = (told.flags & IORING_CQE_F_MORE) != 0;
  if ((told.flags & IORING_CQE_F_BUFFER) != 0) {
    auto const buffer = static_cast<std::uint16_t>(told.flags >> IORING_CQE_BUFFER_SHIFT);
    told.result > 0 ? keep_received(known, buffer, static_cast<std::uint32_t>(told.result))
                    : buffers_.give_back(buffer);
  }
  known.is_socket &= told.result != -ENOTSOCK;
  bool const only_paused =
      told.result > 0 || told.result == -ENOBUFS || told.result == -EINTR || told.result == -ENOTSOCK;
  if (!only_paused) {
    known.has_ended = true;
    known.end_result = told.result;
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
  told.result == -ENOBUFS || !known.is_socket ? hand_over(slot, *known.reader) : receive(slot);
  return nullptr;
}

waiting* io_uring_transfers::note_accepted(std::uint32_t slot, io_uring_queues::completion const& told) {
  watched& known = streams_[slot];
  known.is_receiving = (told.flags & IORING_CQE_F_MORE) != 0;
  owned_descriptor taken_up(std::max(told.result, -1));
  if (known.is_orphan) {
    free_if_over(slot);
    return nullptr;
  }
  if (known.reader != nullptr && taken_up.get() >= 0) return complete(known.reader, taken_up.release());
  if (taken_up.get() >= 0) accepted_[slot].push(std::move(taken_up));
  if (known.reader == nullptr) return nullptr;  // who asks next is told what is wrong then
  if (told.result != -EINTR && told.result != -ECONNABORTED) return complete(known.reader, told.result);
  if (!known.is_receiving) accept(slot);
  return nullptr;
}

waiting* io_uring_transfers::take_completed() {
  // Only those that the last wait told of. Looking for more would work on what has come meanwhile, again and again,
  // while all that was written is still to be handed over.
  while (told_ > 0) {
    auto const told = queues_.take();
    if (!told) break;
    --told_;
    if (waiting* const completed = note(*told)) return completed;
  }
  return nullptr;
}

void io_uring_transfers::wait(std::int64_t until_ns) {
  if (waiting_ == 0) {
    let_go();
    sleep_until(until_ns);
  } else {
    hand_over_cancels();
    queues_.submit_and_wait(until_ns);
    told_ = queues_.completed();
  }
}

void io_uring_transfers::let_go() {
  // What has ended is still received from, and held open, until the kernel knows.
  hand_over_cancels();
  if (queues_.has_unsubmitted()) queues_.submit();
}

void io_uring_transfers::abandon() {
  if (waiting_ == 0) return;
  queues_.cancel_all();
  waiting_ = 0;
}

}  // namespace unitcost::runtime
