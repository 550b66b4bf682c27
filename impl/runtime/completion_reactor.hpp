// The reactor over io_uring: where the units of one kernel thread wait for transfers that the kernel makes by itself.
//
// It differs from `reactor` (reactor.hpp) in what a transfer costs. Receiving from a socket is asked for once in its
// life (multishot) and goes into whichever buffer is free; what came is copied to the unit that reads. So is accepting:
// the kernel takes up connections as they come, and they are kept for who asks next. Writes, and reads of what is no
// socket, are handed over together, when no unit has anything to do: one system call for all of them, and for the
// waiting. So a call is saved for each, as long as several are under way, and a lone one pays with the time until then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "impl/runtime/io_uring_queues.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/provided_buffers.hpp"
#include "impl/runtime/reactor_of.hpp"
#include "impl/runtime/stream.hpp"

namespace unitcost::runtime {

class io_uring_transfers final : public stream_watcher {
 public:
  /// Why this machine has none: empty where it has.
  static std::string why_none() { return io_uring_queues::why_none(); }

  /// Throws std::system_error where the kernel refuses; why_none tells before. To be used by the same thread.
  io_uring_transfers();
  ~io_uring_transfers();

  // As in `reactor_of`, but that descriptors are blocking ones: io_uring does not wait for others (EAGAIN).
  bool start(stream& on, transfer& one);
  bool has_waiting() const { return waiting_ > 0; }
  void wait(std::int64_t until_ns);
  waiting* take_completed();
  void let_go();
  void abandon();

 private:
  static constexpr std::uint16_t no_buffer = std::numeric_limits<std::uint16_t>::max();
  enum class operation : std::uint8_t { receive, accept, read, write, cancel };

  /// What is known of one stream. Stays until the kernel has told the last of it, which may be after the stream's end.
  struct watched {
    int descriptor = -1;
    bool is_socket = true;      // as far as the kernel has not said that it is none
    bool is_listening = false;  // it is accepted from
    bool is_receiving = false;  // or accepting: the kernel will tell more
    bool has_ended = false;     // and what comes after what was received is `end_result`
    bool is_orphan = false;     // its stream is gone
    unsigned cancels = 0;       // that the kernel has yet to tell of
    transferred end_result = 0;
    transfer* reader = nullptr;
    transfer* writer = nullptr;
    std::uint16_t first_buffer = no_buffer, last_buffer = no_buffer;  // received, and nobody has read them
  };
  /// Of each buffer that was received into.
  struct received {
    std::uint32_t begin = 0, end = 0;  // of what was not yet read
    std::uint16_t next = no_buffer;
  };

  void forget(stream& ended) override;

  std::uint32_t slot_for(int descriptor);
  /// Of what streams that have ended still receive.
  void hand_over_cancels() {
    for (; !to_cancel_.empty(); to_cancel_.pop_back()) cancel(to_cancel_.back());
  }
  void cancel(std::uint32_t slot);
  io_uring_sqe& next_entry(std::uint32_t slot, operation what);
  /// Asks the kernel for whatever comes from now on.
  void receive(std::uint32_t slot);
  void accept(std::uint32_t slot);
  /// Asks for this one.
  void hand_over(std::uint32_t slot, transfer& one);
  /// Completes it from what has come already. False: nothing has.
  bool read_received(watched& from, transfer& into);
  bool take_accepted(std::uint32_t slot, transfer& into);
  /// The transfer that it completes; nullptr where it completes none.
  waiting* note(io_uring_queues::completion const& told);
  waiting* note_received(std::uint32_t slot, io_uring_queues::completion const& told);
  waiting* note_accepted(std::uint32_t slot, io_uring_queues::completion const& told);
  waiting* complete(transfer*& one, transferred result);
  void keep_received(watched& of, std::uint16_t buffer, std::uint32_t bytes);
  void drop_received(watched& of);
  void free_if_over(std::uint32_t slot);

  provided_buffers buffers_;
  io_uring_queues queues_;  // after the buffers: it is gone before the memory that the kernel still receives into
  std::vector<received> received_{provided_buffers::count};
  std::vector<watched> streams_;
  std::unordered_map<std::uint32_t, std::queue<owned_descriptor>> accepted_;  // by slot; nobody has asked for them
  // Both have room for all slots, so that a stream's end need not throw.
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::uint32_t> to_cancel_;  // counted in `cancels`, and the kernel has yet to be asked
  std::size_t waiting_ = 0;               // started, not yet completed
  unsigned told_ = 0;                     // by the last wait, not yet taken
};

using completion_reactor = reactor_of<io_uring_transfers>;

}  // namespace unitcost::runtime
