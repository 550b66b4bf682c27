// The part of a unit that must not wait: it stops where it would have to, and goes on from there when it is asked
// again.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>

#include "workloads/io/conversation.hpp"

namespace unitcost::workloads {

/// Does the same steps as `converse`, which see for what `calls`, `ends` and `observe` are; but where a call returns
/// -EAGAIN it stops. What it needs to go on lies in the object and in `room`, so that another thread, or a process that
/// has both mapped at the same place, may ask it next.
class halting_conversation {
 public:
  static std::size_t room_for(conversation const& part) { return message_buffer::room_for(part); }

  /// `room` has room_for(part) bytes and outlives this object.
  halting_conversation(conversation const& part, std::span<std::byte> room)
      : part_(part), at_hand_(room), next_(part_.steps.begin()) {}
  halting_conversation(halting_conversation const&) = delete;
  halting_conversation& operator=(halting_conversation const&) = delete;

  /// True: it would have to wait. False: the part has come to its end.
  template <class Calls, class Streams, class Observer>
  bool go_on(Calls&& calls, Streams& ends, exchanged& so_far, Observer observe) {
    for (; so_far.rounds < part_.rounds; ++so_far.rounds, begun_ = false) {
      begin_round(so_far, observe);
      for (; next_ != part_.steps.end(); ++next_) {
        progress const made = make(calls, ends, so_far);
        if (made == progress::must_wait) return true;
        if (made == progress::none_any_more) return observe.end(), false;
      }
    }
    leaves_nothing(at_hand_, so_far);
    observe.end();
    return false;
  }

 private:
  enum class progress : std::uint8_t { step_done, must_wait, none_any_more };

  std::uint64_t round_of(exchanged const& so_far) const { return part_.first_round + so_far.rounds; }

  template <class Observer>
  void begin_round(exchanged const& so_far, Observer& observe) {
    if (begun_) return;
    begun_ = true;
    next_ = part_.steps.begin();
    observe.round(round_of(so_far));
  }

  template <class Calls, class Streams>
  progress make(Calls& calls, Streams& ends, exchanged& so_far) {
    switch (next_->what) {
      case action::fill:
        if (!leaves_nothing(at_hand_, so_far)) return progress::none_any_more;
        at_hand_.fill(next_->size, round_of(so_far));
        return progress::step_done;
      case action::read:
        return read(calls, ends.in, so_far);
      case action::compute:
        so_far.checksum += compute(last_read_, next_->size);
        return progress::step_done;
      case action::write:
        break;
    }
    return write(calls, ends.out, so_far);
  }

  template <class Calls, class Stream>
  progress read(Calls& calls, Stream& in, exchanged& so_far) {
    while (!at_hand_.has(next_->size)) {
      std::int64_t const count = calls.read_some(in, at_hand_.room());
      if (count == -EAGAIN) return progress::must_wait;
      if (!goes_on(count, may_end_at(*next_, part_, at_hand_), so_far)) return progress::none_any_more;
      at_hand_.arrived(static_cast<std::size_t>(count));
    }
    last_read_ = message_checksum(at_hand_.take(next_->size), round_of(so_far));
    so_far.checksum += last_read_;
    so_far.bytes_in += next_->size;
    return progress::step_done;
  }

  template <class Calls, class Stream>
  progress write(Calls& calls, Stream& out, exchanged& so_far) {
    for (auto const message = at_hand_.message(); written_ < message.size();) {
      std::int64_t const count = calls.write_some(out, message.subspan(written_));
      if (count == -EAGAIN) return progress::must_wait;
      if (!goes_on(count, false, so_far)) return progress::none_any_more;
      so_far.bytes_out += static_cast<std::uint64_t>(count);
      written_ += static_cast<std::size_t>(count);
    }
    written_ = 0;
    return progress::step_done;
  }

  conversation part_;
  message_buffer at_hand_;
  step const* next_;
  bool begun_ = false;  // the round
  std::uint64_t last_read_ = 0;
  std::size_t written_ = 0;  // of the message
};

}  // namespace unitcost::workloads
