// Units that wait for a peer who is not there any more, and peers of units that are not.
#include <signal.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "benchmarks/harness/supervision/process_balance.hpp"
#include "benchmarks/measures/waiting/crawl.hpp"
#include "benchmarks/measures/waiting/echo.hpp"
#include "benchmarks/measures/waiting/echo_floor.hpp"
#include "impl/all.hpp"
#include "tests/benchmarks/measures/waiting/mortal_echo.hpp"
#include "tests/benchmarks/measures/waiting/refusing_model.hpp"
#include "tests/faulty/fault.hpp"

namespace unitcost::faulty {
namespace {

using harness::measurement;
using workloads::echo;

constexpr echo::parameters few_clients{.connections = 4};

template <class Model>
void kill_a_unit(measurement& given) {
  runtime::shared_object<test::mortal_echo_run> run(few_clients, measures::wants_non_blocking<Model>());
  run->signal = SIGABRT;
  test::measure_mortal_echo<Model>(*run, given, [] {});
}

template <class Model>
void kill_the_clients(measurement& given) {
  runtime::shared_object<test::mortal_echo_run> run(few_clients, measures::wants_non_blocking<Model>());
  test::measure_mortal_echo<Model>(*run, given, [&] { run->victim = ::getpid(); });
}

template <class Model>
void refuse_a_unit(measurement& given) {
  using refusing = test::refusing<Model>;
  measures::measure_echo_of(few_clients, measures::wants_non_blocking<Model>(), given,
                            measures::serve_by_units<refusing>);
}

/// One client has a server that takes its messages and never answers.
void never_answer(measurement& given) {
  measures::measure_echo_of(few_clients, true, given, [](measures::echo_service& service, placement const&) {
    auto const silent = std::move(service.connections[0].server);
    service.connections[0].server = std::move(load::connect_loopback(1)[0].server);  // whose client has gone
    load::make_non_blocking(service.connections[0].server.get());
    measures::answer_by_hand(service);
  });
}

/// The last unit to be spawned kills the server of the others' pages.
struct killing_the_page_server : measures::fetching_pages {
  template <class Model, class Run>
  static void direct(typename Model::context& unit, Run& all, unsigned index) {
    if (index + 1 == all.what.connections)
      for (int const child : harness::child_processes()) ::kill(child, SIGKILL);
    fetching_pages::direct<Model>(unit, all, index);
  }
};

template <class Model>
void kill_the_page_server(measurement& given) {
  using lock = measures::frontier_lock<Model>;
  measures::measure_crawl_of<lock>(
      {.connections = 4, .delay_ns = 20'000'000, .pages = 100}, measures::wants_non_blocking<Model>(), given,
      [](measures::crawl_run<lock>& run, placement const& where) {
        measures::converse_all<Model, killing_the_page_server>(where, run.what.connections, run);
      });
}

template <class Model>
void add_deaths(harness::registry& all) {
  std::string const by = "_by_" + std::string(Model::name);
  add_fault(all, "unit_killed_in_an_echo" + by, kill_a_unit<Model>);
  add_fault(all, "clients_killed_in_an_echo" + by, kill_the_clients<Model>);
}

}  // namespace

void add_conversations(harness::registry& all) {
  add_deaths<models::process>(all);
  add_deaths<models::process_pool>(all);
  add_deaths<models::std_thread>(all);
  add_deaths<models::stackful>(all);
  add_deaths<models::stackless>(all);
  add_fault(all, "unit_refused_in_an_echo_by_process", refuse_a_unit<models::process>);
  add_fault(all, "unit_refused_in_an_echo_by_std_thread", refuse_a_unit<models::std_thread>);
  add_fault(all, "client_that_nobody_answers", never_answer);
  add_fault(all, "page_server_killed_in_a_crawl_by_std_thread", kill_the_page_server<models::std_thread>);
  add_fault(all, "page_server_killed_in_a_crawl_by_stackful", kill_the_page_server<models::stackful>);
}

}  // namespace unitcost::faulty
