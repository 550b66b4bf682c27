#include "impl/process/process.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost {
namespace {

using models::process;
using context = process::context;

process::options const by_vfork{process::launch_by::vfork, 0};
process::options const by_posix_spawn{process::launch_by::posix_spawn, 0};

/// RLIMIT_NPROC does not bind root; one thread's user is enough, glibc's setresuid would tell all threads.
void forbid_new_processes() {
  rlimit const none{0, 0};
  ::setrlimit(RLIMIT_NPROC, &none);
  constexpr uid_t nobody = 65'534;
  if (::geteuid() == 0) ::syscall(SYS_setresuid, nobody, nobody, nobody);
}

/// Ends the process: 3 when `action` met a limit, after printing which.
template <class Action>
[[noreturn]] void leave_with_limit(Action action) {
  try {
    action();
  } catch (limit_reached const& error) {
    std::fputs(error.what(), stderr);
    ::_exit(3);
  } catch (...) {
    ::_exit(4);
  }
  ::_exit(0);
}

class environment_variable {
 public:
  environment_variable(char const* name, char const* value) : name_(name) {
    if (char const* const before = std::getenv(name)) before_ = before;
    ::setenv(name, value, 1);
  }
  ~environment_variable() {
    if (before_.empty())
      ::unsetenv(name_);
    else
      ::setenv(name_, before_.c_str(), 1);
  }

 private:
  char const* name_;
  std::string before_;
};

TEST(process, names_the_limit_when_the_kernel_refuses_a_fork) {
  process model({}, {});
  EXPECT_EXIT(leave_with_limit([&model] {
                forbid_new_processes();
                model.run([](context&) { return 0; });
              }),
              testing::ExitedWithCode(3), "RLIMIT_NPROC = 0 \\(raise it with ulimit -u\\)");
}

TEST(process, carries_a_limit_that_a_unit_met_to_the_root) {
  process model({}, {});
  EXPECT_EXIT(leave_with_limit([&model] {
                model.run([](context& root) {
                  forbid_new_processes();
                  int result = 0;
                  context::scope children(root);
                  children.spawn(result, [](context&) { return 1; });
                  children.join();
                  return result;
                });
              }),
              testing::ExitedWithCode(3), "RLIMIT_NPROC");
}

TEST(process, names_the_limit_when_the_kernel_refuses_an_idle_unit) {
  runtime::shared_object<unit_arrivals> arrivals;
  EXPECT_EXIT(leave_with_limit([&arrivals] {
                process::idle units({}, *arrivals, 4, 0);
                units.grow_to(2);
                forbid_new_processes();
                units.grow_to(4);
              }),
              testing::ExitedWithCode(3), "RLIMIT_NPROC");
}

/// On the caller: whose child each of two units is.
bool is_parent_of_units(context& root) {
  pid_t parents[2]{};
  context::scope children(root);
  for (pid_t& each : parents) children.spawn(each, [](context&) { return ::getppid(); });
  children.join();
  return parents[0] == ::getpid() && parents[1] == ::getpid();
}

TEST(process, has_no_process_between_its_units_and_a_caller_who_runs_the_root) {
  EXPECT_TRUE(process::run_on_caller({}, {}, is_parent_of_units));
  EXPECT_FALSE(process({}, {}).run([caller = ::getpid()](context&) { return caller == ::getpid(); }));
  EXPECT_THROW(process::run_on_caller(by_vfork, {}, is_parent_of_units), not_supported);
}

TEST(process, tells_a_caller_who_runs_the_root_of_a_unit_that_died_and_leaves_no_child) {
  EXPECT_THROW(process::run_on_caller({}, {},
                                      [](context& root) {
                                        int result = 0;
                                        context::scope children(root);
                                        children.spawn(result, [](context&) { return ::raise(SIGKILL); });
                                        children.join();
                                        return result;
                                      }),
               unit_crashed);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(process, confines_its_units_to_the_cpus_of_the_placement_and_gives_them_back) {
  cpu_set_t before, after;
  ::sched_getaffinity(0, sizeof before, &before);
  {
    process model({}, {.workers = 1, .cpus = {0}});
    int const cpus = model.run([](context&) {
      cpu_set_t own;
      ::sched_getaffinity(0, sizeof own, &own);
      return CPU_COUNT(&own);
    });
    EXPECT_EQ(cpus, 1);
  }
  ::sched_getaffinity(0, sizeof after, &after);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(process, holds_its_resident_memory_while_it_lives) {
  auto const resident_pages = [] {
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    long size = 0, resident = 0;
    EXPECT_EQ(std::fscanf(file, "%ld %ld", &size, &resident), 2);
    std::fclose(file);
    return resident;
  };
  long const before = resident_pages();
  process model({.resident_bytes = 32 << 20}, {});
  EXPECT_GE(resident_pages() - before, (32 << 20) / 4096);
  EXPECT_EQ(model.run([](context&) { return 5; }), 5);
}

TEST(process, launches_a_program_that_reports_its_start) {
  for (process::options const& how : {by_vfork, by_posix_spawn}) {
    process model(how, {});
    for (int unit = 0; unit < 3; ++unit) {
      std::int64_t const called_ns = runtime::now_ns();
      std::int64_t const started_ns = model.run_program_unit();
      std::int64_t const joined_ns = runtime::now_ns();
      EXPECT_LT(called_ns, started_ns);
      EXPECT_LT(started_ns, joined_ns);
    }
  }
}

TEST(process, refuses_closures_where_its_unit_is_a_program) {
  runtime::shared_object<unit_arrivals> arrivals;
  for (process::options const& how : {by_vfork, by_posix_spawn}) {
    EXPECT_TRUE(process::unit_is_program(how));
    process model(how, {});
    EXPECT_THROW(model.run([](context&) { return 0; }), not_supported);
    EXPECT_THROW(process::run_ring(how, {}, {}), not_supported);
    EXPECT_THROW(process::idle(how, *arrivals, 1, 0), not_supported);
  }
}

TEST(process, refuses_programs_where_its_unit_is_forked) {
  EXPECT_FALSE(process::unit_is_program({}));
  EXPECT_THROW(process({}, {}).run_program_unit(), not_supported);
}

TEST(process, says_how_to_get_the_program_that_is_missing) {
  environment_variable const missing("UNITCOST_UNIT", "/nowhere/unitcost_unit");
  try {
    process model(by_vfork, {});
    ADD_FAILURE() << "a program that does not exist was accepted";
  } catch (not_supported const& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/unitcost_unit"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("UNITCOST_UNIT"), std::string::npos);
  }
}

TEST(process, notices_a_program_that_ended_without_its_report) {
  environment_variable const silent("UNITCOST_UNIT", "/bin/true");
  for (process::options const& how : {by_vfork, by_posix_spawn})
    EXPECT_THROW(process(how, {}).run_program_unit(), unit_crashed);
}

TEST(process_context, waits_for_its_units_when_an_exception_skips_the_join) {
  processes::process_family family;
  context caller(family);
  try {
    int result = 0;
    context::scope children(caller);
    children.spawn(result, [](context&) { return 1; });
    throw std::runtime_error("planted");
  } catch (std::runtime_error const&) {
  }
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(forked_crew, kills_the_units_that_wait_for_one_that_died) {
  EXPECT_THROW(processes::run_forked_crew({}, 3,
                                          [](unsigned index) {
                                            if (index == 1) ::raise(SIGKILL);
                                            for (;;) ::pause();
                                          }),
               unit_crashed);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(process, has_fork_as_its_default_variant) {
  EXPECT_EQ(process::variants().front().label, "launch:fork");
  EXPECT_EQ(process::variants().front().options.launch, process::launch_by::fork);
}

}  // namespace
}  // namespace unitcost
