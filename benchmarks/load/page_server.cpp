#include "benchmarks/load/page_server.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
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
    : from_(from),
      what_(asked),
      log_(log),
      epoll_(runtime::opened(::epoll_create1(EPOLL_CLOEXEC), "making an epoll set")),
      due_(asked.delay_ns),
      head_bytes_(workloads::write_response_head(answer_)) {
  visitors_.reserve(what_.connections);
  make_non_blocking(from_.descriptor());
  watch(from_.descriptor(), EPOLLIN, the_listener);
}

void page_server::run() {
  while (open_ > 0 || visitors_.size() < what_.connections) {
    serve_events();
    answer_due();
  }
}

void page_server::watch(int descriptor, std::uint32_t events, std::uint32_t index) {
  epoll_event wanted{.events = events, .data = {.u32 = index}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &wanted) != 0)
    throw std::system_error(errno, std::generic_category(), "adding a connection to an epoll set");
}

void page_server::serve_events() {
  std::array<epoll_event, most_at_once> events;
  std::int64_t const now_ns = runtime::now_ns();
  std::int64_t const left_ns = std::clamp<std::int64_t>(due_.next_ns() - now_ns, 0, what_.patience_ns);
  timespec const left{.tv_sec = left_ns / 1'000'000'000, .tv_nsec = left_ns % 1'000'000'000};
  int const count = ::epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()), &left, nullptr);
  if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "waiting for requests");
  if (count == 0 && left_ns == what_.patience_ns)
    throw std::runtime_error("nobody asked for a page any more, or hung up");
  for (int at = 0; at < count; ++at) {
    epoll_event const& event = events[static_cast<std::size_t>(at)];
    serve(event.data.u32, (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
  }
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
    watch(socket.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, static_cast<std::uint32_t>(visitors_.size()));
    visitors_.push_back({.socket = std::move(socket)});
    ++open_;
  }
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, from_.descriptor(), nullptr);
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
