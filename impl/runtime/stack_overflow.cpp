#include "impl/runtime/stack_overflow.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <mutex>
#include <system_error>

namespace unitcost::runtime {
namespace {

// Room for a sanitizer's handler, which runs on it too; only what is used becomes resident.
constexpr std::size_t handlers_stack_bytes = std::size_t{256} << 10;

constinit thread_local overflow_watch const* watch_of_thread = nullptr;

std::mutex installation;  // guards what follows, but for the handler, which can run only while it is installed
unsigned watches = 0;
struct sigaction previous_action {};

void on_fault(int signal, siginfo_t* fault, void*) {
  int const unchanged = errno;
  if (watch_of_thread != nullptr && fault->si_code > 0) watch_of_thread->report_fault_at(fault->si_addr);
  ::sigaction(signal, &previous_action, nullptr);
  if (fault->si_code <= 0) ::raise(signal);  // sent by somebody: nothing will repeat it
  errno = unchanged;
}

bool is_ours(struct sigaction const& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == &on_fault;
}

void install() {
  std::lock_guard const lock(installation);
  if (watches++ > 0) return;
  struct sigaction ours {};
  ours.sa_sigaction = &on_fault;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigaction(SIGSEGV, &ours, &previous_action);
}

void uninstall() {
  std::lock_guard const lock(installation);
  if (--watches > 0) return;
  struct sigaction installed {};
  ::sigaction(SIGSEGV, nullptr, &installed);
  if (is_ours(installed)) ::sigaction(SIGSEGV, &previous_action, nullptr);  // else somebody has come after us
}

}  // namespace

// No allocation and no locale: it may run in a handler.
void report_stack_overflow(std::string_view model, std::size_t stack_bytes) noexcept {
  char line[160];
  char* end = line;
  auto const add = [&](std::string_view text) {
    end = std::copy_n(text.begin(), std::min(text.size(), static_cast<std::size_t>(std::end(line) - end)), end);
  };
  add(model.substr(0, 32));
  add(": a unit overflowed its stack of ");
  end = std::to_chars(end, std::end(line), stack_bytes).ptr;
  add(" bytes; give it a larger one\n");
  [[maybe_unused]] ssize_t const written = ::write(STDERR_FILENO, line, static_cast<std::size_t>(end - line));
}

overflow_watch::overflow_watch(std::string_view model, stack_mapping const& stacks, stack_mapping const& root_stacks)
    : model_(model),
      stacks_(stacks),
      root_stacks_(root_stacks),
      handlers_stack_(std::make_unique_for_overwrite<std::byte[]>(handlers_stack_bytes)) {
  stack_t own{};
  own.ss_sp = handlers_stack_.get();
  own.ss_size = handlers_stack_bytes;
  if (::sigaltstack(&own, &previous_stack_) != 0)
    throw std::system_error(errno, std::generic_category(), "giving the overflow handler a stack");
  watch_of_thread = this;
  install();
}

overflow_watch::~overflow_watch() {
  uninstall();
  watch_of_thread = nullptr;
  ::sigaltstack(&previous_stack_, nullptr);
}

void overflow_watch::report_fault_at(void const* address) const noexcept {
  for (stack_mapping const* mapping : {&stacks_, &root_stacks_})
    if (mapping->guards(address)) report_stack_overflow(model_, mapping->stack_bytes());
}

}  // namespace unitcost::runtime
