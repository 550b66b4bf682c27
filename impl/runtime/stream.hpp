// An open descriptor that is read and written, and what a reactor knows of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/waiting.hpp"

namespace unitcost::runtime {

class stream;

/// Who completes the transfers of streams, and is told of their end: a reactor.
class stream_watcher {
 public:
  stream_watcher() = default;
  stream_watcher(stream_watcher const&) = delete;
  stream_watcher& operator=(stream_watcher const&) = delete;

 protected:
  ~stream_watcher() = default;

  // For those that keep what they know of a stream with themselves, at a slot. The stream has one, from when it is
  // watched.
  static bool is_watched(stream const& one);
  static std::uint32_t slot_of(stream const& watched);
  void watch_at(stream& one, std::uint32_t slot);

 private:
  friend stream;
  virtual void forget(stream& ended) = 0;
};

/// Asks for the next connection of a listening socket.
struct next_connection {};

/// A read, a write or an accept that a unit waits for.
struct transfer : waiting {
  explicit transfer(std::span<std::byte> into) : data(into.data()), size(into.size()), reads(true) {}
  explicit transfer(std::span<std::byte const> from)
      : data(const_cast<std::byte*>(from.data())), size(from.size()), reads(false) {}
  explicit transfer(next_connection) : data(nullptr), size(0), reads(true), accepts(true) {}

  std::byte* data;  ///< a write only reads it
  std::size_t size;
  bool reads;  ///< or accepts: it waits for what comes in
  bool accepts = false;
  transferred result = 0;  ///< once it is completed
};

/// For units that wait in the kernel it is the descriptor and no more. Under a reactor, which belongs to one thread,
/// the descriptor is as that one wants it and not shared with another process, at most one unit reads (or accepts) and
/// one writes at a time, and none of them waits any more at the stream's end.
class stream {
 public:
  /// `descriptor` stays its owner's, who closes it after the stream's end.
  explicit stream(int descriptor) : descriptor_(descriptor) {}
  /// The stream closes it.
  explicit stream(owned_descriptor descriptor) : descriptor_(descriptor.get()), owned_(std::move(descriptor)) {}
  stream(stream const&) = delete;
  stream& operator=(stream const&) = delete;
  ~stream() {
    if (watched_by_ != nullptr) watched_by_->forget(*this);
  }

  int descriptor() const { return descriptor_; }
  bool closes_at_its_end() const { return owned_.get() >= 0; }

 private:
  friend stream_watcher;
  friend class epoll_transfers;

  int descriptor_;
  owned_descriptor owned_;                // negative: somebody else's
  stream_watcher* watched_by_ = nullptr;  // from the first wait on
  std::uint32_t slot_ = 0;                // at which that one knows more of it
  // And what epoll_transfers know of it.
  bool may_read_ = false;  // as far as the reactor knows; a read then tells
  bool may_write_ = true;
  bool hung_up_ = false;  // the other side sends no more: each read has to ask; a write may still wait
  transfer* reader_ = nullptr;
  transfer* writer_ = nullptr;
};

inline bool stream_watcher::is_watched(stream const& one) { return one.watched_by_ != nullptr; }
inline std::uint32_t stream_watcher::slot_of(stream const& watched) { return watched.slot_; }
inline void stream_watcher::watch_at(stream& one, std::uint32_t slot) {
  one.watched_by_ = this;
  one.slot_ = slot;
}

}  // namespace unitcost::runtime
