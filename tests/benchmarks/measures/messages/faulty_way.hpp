// A way that does one thing wrong to one message.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "benchmarks/measures/messages/message_way.hpp"
#include "benchmarks/measures/messages/numbered_message.hpp"

namespace unitcost::test {

enum class way_fault : std::uint8_t {
  none,
  drops,          ///< does not send it
  repeats,        ///< sends it twice
  repeats_last,   ///< …, counting only those that are the last of their phase
  flips_number,   ///< a bit of its first word
  flips_end,      ///< …of its last
  flips_content,  ///< …between
  dies,           ///< by SIGKILL, instead of sending it
  hangs,          ///< never sends anything again
  fails           ///< throws instead of sending it
};

struct planned_fault {
  way_fault what = way_fault::none;
  measures::party whose = measures::party::asker;  ///< of which messages
  std::uint64_t at = 0;                            ///< counted from 1
};

class faulty_way final : public measures::message_way {
 public:
  faulty_way(std::unique_ptr<measures::message_way> sound, planned_fault fault)
      : sound_(std::move(sound)), fault_(fault) {}

  void keep_only(measures::party who) override { sound_->keep_only(who); }
  void begin(measures::party who) override { sound_->begin(who); }
  void rethrow_failure() override { sound_->rethrow_failure(); }

  void send(measures::party from, std::span<std::byte const> message, measures::peer_watch& watch) override {
    if (from != fault_.whose || !counts(message) || ++sent_ != fault_.at) {
      sound_->send(from, message, watch);
      return;
    }
    std::vector<std::byte> changed(message.begin(), message.end());
    switch (fault_.what) {
      case way_fault::drops:
        return;
      case way_fault::dies:
        ::kill(::getpid(), SIGKILL);
        return;
      case way_fault::hangs:
        for (;;) ::pause();
      case way_fault::fails:
        throw std::runtime_error("the way broke");
      case way_fault::repeats:
      case way_fault::repeats_last:
        sound_->send(from, message, watch);
        break;
      case way_fault::flips_number:
        changed.front() ^= std::byte{4};
        break;
      case way_fault::flips_end:
        changed.back() ^= std::byte{1};
        break;
      case way_fault::flips_content:
        changed[changed.size() / 2] ^= std::byte{1};
        break;
      case way_fault::none:
        break;
    }
    sound_->send(from, changed, watch);
  }
  void receive(measures::party at, std::span<std::byte> message, measures::peer_watch& watch) override {
    sound_->receive(at, message, watch);
  }

 private:
  bool counts(std::span<std::byte const> message) const {
    if (fault_.what != way_fault::repeats_last) return true;
    std::uint64_t first = 0;
    std::memcpy(&first, message.data(), sizeof first);
    return measures::message_head::of(first).is_last;
  }

  std::unique_ptr<measures::message_way> sound_;
  planned_fault fault_;
  std::uint64_t sent_ = 0;  ///< of the party whose fault it is: in its own process
};

}  // namespace unitcost::test
