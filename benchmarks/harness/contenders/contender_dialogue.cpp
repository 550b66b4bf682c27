#include "benchmarks/harness/contenders/contender_dialogue.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "benchmarks/harness/supervision/ended_as.hpp"
#include "benchmarks/harness/supervision/process_outcome_text.hpp"
#include "benchmarks/harness/supervision/supervised_process.hpp"
#include "impl/runtime/descriptor_io.hpp"

namespace unitcost::harness {
namespace {

constexpr std::size_t most_unread_bytes = 16u << 20;  // as process_limits has it for records

/// Asked on `questions`, answering on `answers`; SIGPIPE, which the caller ignores, is as it is by default.
pid_t spawned(std::vector<std::string> const& arguments, int questions, int answers) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, questions, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, answers, record_descriptor);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> argv;
  for (std::string const& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t process = -1;
  int const error = ::posix_spawn(&process, argv[0], &actions, &attributes, argv.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), "starting a contender");
  return process;
}

}  // namespace

contender_dialogue::contender_dialogue(std::vector<std::string> const& arguments) {
  auto questions = runtime::open_pipe(), answers = runtime::open_pipe();
  program_ = owned_child(spawned(arguments, questions.reading.get(), answers.writing.get()));
  questions_ = std::move(questions.writing);
  answers_ = std::move(answers.reading);
  ::fcntl(answers_.get(), F_SETFL, O_NONBLOCK);
  ended_ = runtime::opened(static_cast<int>(::syscall(SYS_pidfd_open, program_.id(), 0)), "watching a contender");
}

std::string contender_dialogue::ask(std::string_view line) {
  while (take_what_came() > 0) {
  }
  if (!unread_.empty()) throw ended_as(ending::wrong_result, fmt::format("it answered before it was asked {}", line));
  std::string const whole = std::string(line) + '\n';
  // Where nobody reads it any more, what it has written last, or its end, tells why.
  (void)runtime::write_some(questions_.get(), std::as_bytes(std::span(whole)));
  std::size_t end = 0;
  while ((end = unread_.find('\n')) == std::string::npos)
    if (!read_more()) {
      if (!unread_.empty()) return std::exchange(unread_, {});
      throw std::runtime_error(
          fmt::format("it closed descriptor 3 when asked {}, and {}", line, how_it_died(await_end())));
    }
  std::string const answer = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return answer;
}

std::string contender_dialogue::finish() {
  questions_.reset();
  while (read_more()) {
  }
  process_outcome const last = await_end();
  if (!exited_well(last)) throw std::runtime_error(how_it_died(last));
  return std::exchange(unread_, {});
}

/// Waits for more of its answers, and keeps them. False when no more will come: it has closed them, or has ended,
/// whoever else still holds them.
bool contender_dialogue::read_more() {
  std::array<pollfd, 2> watched{{{answers_.get(), POLLIN, 0}, {ended_.get(), POLLIN, 0}}};
  while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
  }
  auto const got = take_what_came();
  return got > 0 || (got < 0 && (watched[1].revents & POLLIN) == 0);
}

/// Keeps what can be read without waiting; how many bytes, 0 when no more will come, below it when none are there.
long contender_dialogue::take_what_came() {
  std::array<std::byte, 65536> buffer;
  auto const got = runtime::read_some(answers_.get(), buffer);
  if (got <= 0) return got;
  unread_.append(reinterpret_cast<char const*>(buffer.data()), static_cast<std::size_t>(got));
  if (unread_.size() > most_unread_bytes)
    throw ended_as(ending::limit_reached, fmt::format("wrote more than {} bytes to descriptor 3", most_unread_bytes));
  return got;
}

/// Its end, once it has come.
process_outcome contender_dialogue::await_end() {
  process_outcome outcome;
  outcome.wait_status = program_.await_end();
  return outcome;
}

}  // namespace unitcost::harness
