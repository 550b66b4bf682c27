#include "benchmarks/load/page_server.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/descriptor_io.hpp"

namespace unitcost::load {

using workloads::parsed;

namespace {
constexpr std::uint32_t the_listener = ~std::uint32_t{0};

// Requests are read, and answers sent, before it looks at the others again. Were all that is due sent first, the
// requests that come meanwhile would be read late, and all together: the crawl would go in waves, each one late.
constexpr std::size_t most_at_once = 16;
}  // namespace

page_server::page_server(listener const& from, page_service const& asked, page_log& log)
    : from_(from), what_(asked), log_(log), due_(asked.delay_ns), head_bytes_(workloads::write_response_head(answer_)) {
  visitors_.reserve(what_.connections);
  make_non_blocking(from_.descriptor());
  epoll_.add(from_.descriptor(), EPOLLIN, the_listener);
}

void page_server::run() {
  while (open_ > 0 || visitors_.size() < what_.connections) {
    serve_events();
    answer_due();
  }
}

void page_server::serve_events() {
  std::int64_t const now_ns = runtime::now_ns();
  std::int64_t const left_ns = std::clamp<std::int64_t>(due_.next_ns() - now_ns, 0, what_.patience_ns);
  auto const events = epoll_.wait(left_ns, most_at_once);
  if (events.empty() && left_ns == what_.patience_ns && runtime::now_ns() - now_ns >= left_ns)
    throw std::runtime_error("nobody asked for a page any more, or hung up");
  for (epoll_event const& each : events) serve(each.data.u32, runtime::tells_of_hang_up(each));
}

void page_server::serve(std::uint32_t index, bool hung_up) {
  if (index == the_listener) return accept_all();
  visitor& one = visitors_[index];
  if (one.awaits_answer || hung_up) one.noticed = true;
  receive(index);
}

void page_server::accept_all() {
  while (visitors_.size() < what_.connections) {
    auto socket = from_.accept();
    if (socket.get() < 0) return;
    make_non_blocking(socket.get());
    epoll_.add(socket.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, static_cast<std::uint32_t>(visitors_.size()));
    visitors_.push_back({.socket = std::move(socket)});
    ++open_;
  }
  epoll_.remove(from_.descriptor());
  log_.accepted.store(1, std::memory_order_release);
  runtime::futex_wake(log_.accepted);
}

void page_server::answer_due() {
  for (std::size_t sent = 0; sent < most_at_once; ++sent) {
    std::int64_t const now_ns = runtime::now_ns();
    auto const due = due_.take(now_ns);
    if (!due) return;
    log_.late_ns += now_ns - due->at_ns;
    send_answer(due->connection);
  }
}

void page_server::receive(std::uint32_t index) {
  visitor& one = visitors_[index];
  while (!one.awaits_answer && one.socket.get() >= 0) {
    auto const room = std::span(one.request).subspan(one.bytes);
    auto const count = runtime::read_some(one.socket.get(), room);
    if (count == -EAGAIN) return;
    if (count <= 0) return close(one);
    one.bytes += static_cast<std::size_t>(count);
    take_request(index);
  }
}

void page_server::take_request(std::uint32_t index) {
  visitor& one = visitors_[index];
  auto const request = workloads::parse_request(workloads::text_of(std::span(one.request).first(one.bytes)));
  if (request.state == parsed::incomplete) return;
  if (request.state == parsed::malformed || request.page >= what_.what.pages || request.bytes != one.bytes) {
    ++log_.refused;
    return close(one);
  }
  one.page = request.page;
  one.bytes = 0;
  one.awaits_answer = true;
  due_.asked(index, runtime::now_ns());
  if (due_.count() == what_.connections) what_.when_all_wait();
}

// It fits: a visitor has one answer under way, and the smallest buffer of the kernel's holds several (tcp(7),
// tcp_wmem).
void page_server::send_answer(std::uint32_t index) {
  visitor& one = visitors_[index];
  workloads::write_page(std::span(answer_).subspan(head_bytes_), one.page, what_.what);
  auto const answer = std::span<std::byte const>(answer_).first(head_bytes_ + workloads::page_bytes);
  one.awaits_answer = false;
  if (runtime::write_some(one.socket.get(), answer) != static_cast<std::int64_t>(answer.size())) return close(one);
  ++log_.answers[one.page];
  if (std::exchange(one.noticed, false)) receive(index);
}

void page_server::close(visitor& one) {
  one.socket.reset();
  --open_;
}

}  // namespace unitcost::load
