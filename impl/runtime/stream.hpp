// An open descriptor that is read and written, and what a reactor knows of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "impl/runtime/descriptor_io.hpp"
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

/// A read or write that a unit waits for.
struct transfer : waiting {
  explicit transfer(std::span<std::byte> into) : data(into.data()), size(into.size()), reads(true) {}
  explicit transfer(std::span<std::byte const> from)
      : data(const_cast<std::byte*>(from.data())), size(from.size()), reads(false) {}

  std::byte* data;  ///< a write only reads it
  std::size_t size;
  bool reads;
  transferred result = 0;  ///< once it is completed
};

/// For units that wait in the kernel it is the descriptor and no more. Under a reactor, which belongs to one thread,
/// the descriptor is as that one wants it and not shared with another process, at most one unit reads and one writes at
/// a time, and none of them waits any more at the stream's end.
class stream {
 public:
  /// `descriptor` stays its owner's, who closes it after the stream's end.
  explicit stream(int descriptor) : descriptor_(descriptor) {}
  stream(stream const&) = delete;
  stream& operator=(stream const&) = delete;
  ~stream() {
    if (watched_by_ != nullptr) watched_by_->forget(*this);
  }

  int descriptor() const { return descriptor_; }

 private:
  friend stream_watcher;
  friend class reactor;

  int descriptor_;
  stream_watcher* watched_by_ = nullptr;  // from the first wait on
  std::uint32_t slot_ = 0;                // at which that one knows more of it
  // And what a `reactor` knows of it.
  bool may_read_ = false;  // as far as the reactor knows; a read then tells
  bool may_write_ = true;
  bool hung_up_ = false;  // no event will come any more: each read has to ask
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
