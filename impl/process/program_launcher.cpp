#include "impl/process/program_launcher.hpp"

#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "impl/model.hpp"
#include "impl/process/child_end.hpp"
#include "impl/process/process_limits.hpp"
#include "impl/process/unit_crashed.hpp"

namespace unitcost::processes {
namespace {

std::string find_program() {
  char const* const named = std::getenv("UNITCOST_UNIT");
  std::string const path =
      named != nullptr ? named : std::filesystem::read_symlink("/proc/self/exe").replace_filename("unitcost_unit");
  if (::access(path.c_str(), X_OK) != 0)
    throw not_supported("the program of a unit, " + path +
                        ", cannot be executed: build the target unitcost_unit or name it in UNITCOST_UNIT");
  return path;
}

/// Between vfork and exec the child lives in its parent's memory and may do nothing but exec or _exit (vfork(2)), so
/// this function has no other content, and its callers' variables are not touched twice.
[[gnu::noinline]] pid_t vfork_and_execute(char const* path, char* const* arguments, int volatile* error_number) {
  pid_t const pid = ::vfork();
  if (pid != 0) return pid;
  ::execve(path, arguments, environ);
  *error_number = errno;  // the parent's own: memory is shared
  ::_exit(127);
}

}  // namespace

program_launcher::program_launcher(program_launch by)
    : by_(by),
      path_(find_program()),
      // Inherited through exec, hence without MFD_CLOEXEC.
      memory_(runtime::opened(::memfd_create("unitcost_unit", 0),
                              "making the memory that a unit's program reports through")),
      descriptor_text_(std::to_string(memory_.get())) {
  void* shared = MAP_FAILED;
  if (::ftruncate(memory_.get(), sizeof(std::int64_t)) == 0)
    shared = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(), 0);
  if (shared == MAP_FAILED)
    throw std::system_error(errno, std::generic_category(), "mapping the memory that a unit's program reports through");
  started_ns_ = static_cast<std::int64_t*>(shared);
}

program_launcher::~program_launcher() { ::munmap(const_cast<std::int64_t*>(started_ns_), sizeof(std::int64_t)); }

std::int64_t program_launcher::run() {
  *started_ns_ = 0;
  child_end const end = reap(launch({path_.data(), descriptor_text_.data(), nullptr}));
  if (!end.clean() || *started_ns_ == 0)
    throw unit_crashed(end.description() + " without reporting when it started (program " + path_ + ")", end.pid,
                       end.signal);
  return *started_ns_;
}

pid_t program_launcher::launch(argument_list const& arguments) const {
  pid_t pid = -1;
  int volatile error_number = 0;
  if (by_ == program_launch::posix_spawn) {
    error_number = ::posix_spawn(&pid, path_.c_str(), nullptr, nullptr, arguments.data(), environ);
    if (error_number != 0) throw_launch_failure("posix_spawn", error_number);
    return pid;
  }
  pid = vfork_and_execute(path_.c_str(), arguments.data(), &error_number);
  if (pid < 0) throw_launch_failure("vfork", errno);
  if (error_number == 0) return pid;
  reap(pid);
  throw_launch_failure("execve after vfork", error_number);
}

}  // namespace unitcost::processes
