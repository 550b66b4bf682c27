// crawl: units fetch the pages of a site, each over a connection of its own, and follow their links until all are
// fetched. The server takes its time: how many are in flight decides.
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "workloads/io/conversation.hpp"
#include "workloads/io/frontier.hpp"
#include "workloads/io/http.hpp"
#include "workloads/io/site.hpp"

namespace unitcost::workloads {

/// A request for a page and its response, without the calls that move them. One page after the other.
class page_exchange {
 public:
  void ask_for(std::uint32_t page) {
    page_ = page;
    end_ = write_request(bytes_, page);
    done_ = 0;
    is_sending_ = true;
    response_ = {parsed::incomplete};
  }

  bool is_sending() const { return is_sending_; }
  std::span<std::byte const> unsent() const { return std::span(bytes_).subspan(done_, end_ - done_); }
  /// There is room for more than a response: a read that asks for more than it gets has drained its stream.
  std::span<std::byte> room() { return std::span(bytes_).subspan(end_); }

  /// Notes what the write of `unsent` or the read to `room` came to: bytes, 0 (closed) or -errno. False: that is the
  /// end of the unit's part, and `so_far` says why.
  bool advance(std::int64_t transferred, exchanged& so_far) {
    if (!goes_on(transferred, false, so_far)) return false;
    auto const count = static_cast<std::size_t>(transferred);
    if (!is_sending_) return arrived(count, so_far);
    so_far.bytes_out += count;
    done_ += count;
    if (done_ < end_) return true;
    is_sending_ = false;
    end_ = 0;  // the response takes the request's place
    return true;
  }

  bool is_answered() const {
    return response_.state == parsed::complete && end_ == response_.head_bytes + response_.body_bytes;
  }
  std::uint32_t page() const { return page_; }
  /// Of an answered one.
  std::span<std::byte const> body() const {
    return std::span(bytes_).subspan(response_.head_bytes, response_.body_bytes);
  }

 private:
  static constexpr std::size_t spare_bytes = 64;

  bool arrived(std::size_t count, exchanged& so_far) {
    so_far.bytes_in += count;
    end_ += count;
    if (response_.state != parsed::complete) response_ = parse_response(text_of(std::span(bytes_).first(end_)));
    if (response_.state == parsed::incomplete) return true;
    if (response_.state == parsed::malformed || response_.body_bytes != page_bytes) {
      so_far.end = conversation_end::malformed;
      return false;
    }
    if (end_ > response_.head_bytes + response_.body_bytes) so_far.end = conversation_end::surplus;
    return so_far.end == conversation_end::complete;
  }

  std::uint32_t page_ = 0;
  bool is_sending_ = false;
  response_head response_{parsed::incomplete};
  std::size_t done_ = 0;  // of the request
  std::size_t end_ = 0;   // of the request, or of what was read of the response
  std::array<std::byte, most_head_bytes + page_bytes + spare_bytes> bytes_;
};

struct crawl {
  static constexpr std::string_view name = "crawl";

  struct parameters {
    std::uint32_t connections = 32;     ///< of which each has one page under way
    std::int64_t delay_ns = 5'000'000;  ///< from a request to its answer
    std::uint32_t pages = 640;
  };

  static std::string label(parameters const& p) {
    return "connections:" + std::to_string(p.connections) + "/delay_ms:" + std::to_string(p.delay_ns / 1'000'000) +
           "/pages:" + std::to_string(p.pages);
  }

  static site site_of(parameters const& p) { return {.pages = p.pages, .entries = p.connections}; }

  /// The shortest time in which all pages come: as many at once as there are connections, until none is left.
  static std::int64_t ideal_ns(parameters const& p) {
    return (p.pages + p.connections - 1) / p.connections * p.delay_ns;
  }

  /// What must have come of all units' parts together.
  static exchanged oracle(parameters const& p) {
    std::array<std::byte, page_bytes> bytes;
    exchanged all{.bytes_in = p.pages * (write_response_head(bytes) + page_bytes), .rounds = p.pages};
    for (std::uint32_t page = 0; page < p.pages; ++page) {
      all.bytes_out += write_request(bytes, page);
      write_page(bytes, page, site_of(p));
      all.checksum += message_checksum(bytes, page);
    }
    return all;
  }
};

/// A page has come: digests it, and tells the frontier what it links to. False: it is none of this site's.
template <class Frontier>
bool take_page(page_exchange const& answered, site const& of, Frontier& known, exchanged& so_far) {
  std::array<std::uint32_t, links_of_a_page> links;
  std::size_t found = 0;
  bool const sound = visit_links(text_of(answered.body()), of, [&](std::uint32_t target) {
    if (found < links.size()) links[found] = target;
    ++found;
  });
  if (!sound || found != links.size()) {
    so_far.end = conversation_end::malformed;
    return false;
  }
  so_far.checksum += message_checksum(answered.body(), answered.page());
  ++so_far.rounds;
  known.put(links);
  return true;
}

/// The part of a unit whose calls block it, until the frontier has no page for it. `open`, `unit` and `observe` are as
/// in `converse`; a round is a page, counted from 0.
template <class Unit, class Open, class Frontier, class Observer>
void fetch_pages(Unit&& unit, Open open, site const of, Frontier& known, exchanged& so_far, Observer observe) {
  auto ends = open();
  page_exchange exchange;
  while (auto const page = known.next()) {
    observe.round(so_far.rounds);
    exchange.ask_for(*page);
    while (!exchange.is_answered()) {
      std::int64_t const count = exchange.is_sending() ? unit.write_some(ends.out, exchange.unsent())
                                                       : unit.read_some(ends.in, exchange.room());
      if (!exchange.advance(count, so_far)) return observe.end();
    }
    if (!take_page(exchange, of, known, so_far)) return observe.end();
  }
  observe.end();
}

/// The part of a unit that awaits the same, of those it takes turns with.
template <class Model, class Open, class Frontier, class Observer>
typename Model::turns::unit fetch_pages_awaited(typename Model::turns& among, Open open, site const of, Frontier& known,
                                                exchanged& so_far, Observer observe) {
  auto ends = open();
  page_exchange exchange;
  while (auto const page = known.next()) {
    observe.round(so_far.rounds);
    exchange.ask_for(*page);
    bool sound = true;
    while (sound && !exchange.is_answered()) {
      std::int64_t count;
      if (exchange.is_sending())
        count = co_await among.write_some(ends.out, exchange.unsent());
      else
        count = co_await among.read_some(ends.in, exchange.room());
      sound = exchange.advance(count, so_far);
    }
    if (!sound || !take_page(exchange, of, known, so_far)) break;
  }
  observe.end();
}

/// The part of a unit that must not wait: where a call returns -EAGAIN it stops, and goes on from there when it is
/// asked again, as halting_conversation does.
class halting_crawl {
 public:
  /// True: it would have to wait. False: the part has come to its end.
  template <class Calls, class Streams, class Frontier, class Observer>
  bool go_on(Calls&& calls, Streams& ends, site const& of, Frontier& known, exchanged& so_far, Observer observe) {
    while (is_under_way_ || ask_for_next(known, so_far, observe)) {
      std::int64_t const count = exchange_.is_sending() ? calls.write_some(ends.out, exchange_.unsent())
                                                        : calls.read_some(ends.in, exchange_.room());
      if (count == -EAGAIN) return true;
      if (!exchange_.advance(count, so_far)) break;
      is_under_way_ = !exchange_.is_answered();
      if (!is_under_way_ && !take_page(exchange_, of, known, so_far)) break;
    }
    observe.end();
    return false;
  }

 private:
  template <class Frontier, class Observer>
  bool ask_for_next(Frontier& known, exchanged const& so_far, Observer& observe) {
    auto const page = known.next();
    if (!page) return false;
    observe.round(so_far.rounds);
    exchange_.ask_for(*page);
    is_under_way_ = true;
    return true;
  }

  page_exchange exchange_;
  bool is_under_way_ = false;
};

}  // namespace unitcost::workloads
