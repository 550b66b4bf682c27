#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "benchmarks/harness/cases/run_session.hpp"
#include "benchmarks/harness/commands/answer_table.hpp"
#include "benchmarks/harness/commands/commands.hpp"
#include "benchmarks/harness/commands/conclusion.hpp"
#include "benchmarks/harness/commands/progress.hpp"
#include "benchmarks/harness/commands/ratio_table.hpp"
#include "benchmarks/harness/machine/scoped_cgroup.hpp"
#include "benchmarks/harness/records/google_benchmark_view.hpp"
#include "benchmarks/harness/records/journal.hpp"
#include "benchmarks/harness/records/manifest.hpp"
#include "benchmarks/harness/supervision/guardian.hpp"
#include "benchmarks/harness/supervision/supervisor.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::harness {
namespace {

/// Whoever names the number of repetitions wants them all, and undisturbed, even on a machine whose cores others share
/// for most of the time.
constexpr session_limits limits_of_an_order{.total_s = {}, .repeats = 6, .repeat_share = 2};

/// Everything that a run was asked for, resolved.
struct run_request {
  std::filesystem::path directory;
  std::vector<benchmark_case const*> cases;
  unsigned repetitions = 0;
  std::uint64_t seed = 0;
  supervisor_settings supervision;
  std::vector<record> earlier;  ///< what a resumed run's journal holds
  json manifest;                ///< of the resumed run; null for a new one
};

std::uint64_t machine_memory_bytes() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE));
}

std::filesystem::path default_directory(bool anonymous) {
  std::string stamp = utc_now();
  std::erase_if(stamp, [](char each) { return each == ':' || each == '-'; });
  char host[256] = "host";
  if (!anonymous) ::gethostname(host, sizeof host - 1);
  return std::filesystem::path("results/local") / (stamp + "-" + host);
}

/// More than any case of ours starts; a fork bomb meets it soon. Raised by `full`, whose point are the limits.
std::uint64_t process_limit_of(profile which) { return which == profile::full ? 0 : 20'000; }

supervisor_settings supervision_of(command_line const& line, std::uint64_t seed, std::vector<unsigned> const& workers) {
  auto const limits = limits_of(line.wanted.which);
  return {.which = line.wanted.which,
          .seed = seed,
          .limits = {.time_s = line.time_limit_s.value_or(limits.time_limit_s),
                     .memory_bytes = line.memory_limit_bytes > 0 ? line.memory_limit_bytes : machine_memory_bytes() / 2,
                     .processes = process_limit_of(line.wanted.which)},
          .cpus = usable_cpus(line),
          .workers = workers};
}

/// A ratio within rounds varies by what happens within one round: its interval takes more of them.
constexpr unsigned repetitions_of_pairs = 30;

unsigned default_repetitions(command_line const& line) {
  unsigned const usual = limits_of(line.wanted.which).repetitions;
  return line.paired ? std::max(usual, repetitions_of_pairs) : usual;
}

run_request resolve(registry const& all, command_line const& line) {
  run_request request;
  if (!line.resume.empty()) {
    request.manifest = read_manifest(line.resume / "manifest.json");
    // None yet when the run was ended before its first repetition was.
    if (auto const file = line.resume / "journal.jsonl"; std::filesystem::exists(file))
      request.earlier = read_journal(file);
  }
  request.directory = !line.resume.empty() ? line.resume
                      : !line.out.empty()  ? line.out
                                           : default_directory(line.anonymous);
  request.cases = select(all, line.wanted);
  request.repetitions = line.repetitions.value_or(default_repetitions(line));
  request.seed = line.seed_given ? line.seed : std::random_device{}();
  request.supervision = supervision_of(line, request.seed, all.settings().workers);
  if (line.resume.empty() && std::filesystem::exists(request.directory / "journal.jsonl"))
    throw std::invalid_argument(fmt::format("{} already holds a run; use --resume {} or another --out",
                                            request.directory.string(), request.directory.string()));
  return request;
}

table_order order_of(registry const& all) {
  table_order order;
  auto const add = [](std::vector<std::string>& list, std::string_view item) {
    if (std::ranges::find(list, item) == list.end()) list.emplace_back(item);
  };
  for (benchmark_case const& one : all.cases()) {
    add(order.measures, one.measure->name);
    add(order.models, one.model);
  }
  return order;
}

/// What the others of this run are compared with.
std::vector<std::string> references_of(registry const& all, std::vector<benchmark_case const*> const& cases) {
  std::vector<std::string> out;
  for (contender const& each : all.settings().contenders) out.push_back(each.name);
  for (benchmark_case const* one : cases)
    if (one->is_reference && std::ranges::find(out, one->model) == out.end()) out.push_back(one->model);
  return out;
}

/// The names without model and variant, of cases that have both.
std::map<std::string, std::string> plain_names_of(registry const& all) {
  std::map<std::string, std::string> out;
  for (benchmark_case const& one : all.cases())
    if (!one.plain_label.empty())
      out.emplace(one.name(), fmt::format("{}/{}/{}", one.measure->name, one.workload, one.plain_label));
  return out;
}

std::size_t count_all(std::vector<std::vector<planned_repetition>> const& rounds) {
  std::size_t total = 0;
  for (auto const& round : rounds) total += round.size();
  return total;
}

/// Writes what a run leaves beside its journal, and says its last words.
int conclude(registry const& all, command_line const& line, run_request const& request,
             session_outcome const& outcome) {
  conclusion last{.records = request.earlier,
                  .rounds_dropped = outcome.rounds_dropped,
                  .interrupted = outcome.interrupted,
                  .strict = line.strict,
                  .directory = request.directory};
  std::erase_if(last.records, [](record const& one) { return one.discarded; });
  last.records.insert(last.records.end(), outcome.records.begin(), outcome.records.end());
  std::string const results = google_benchmark_view(last.records, request.manifest).dump(1) + "\n";
  write_atomically(request.directory / "manifest.json", request.manifest.dump(1) + "\n");
  write_atomically(request.directory / "results.json", results);
  if (!line.benchmark_out.empty()) write_atomically(line.benchmark_out, results);
  if (line.format == text_format::as_json)
    fmt::print("{}", results);
  else
    fmt::print("{}{}", answer_table(last.records, order_of(all)),
               ratio_table(last.records, references_of(all, request.cases), plain_names_of(all)));
  std::fflush(stdout);  // the last words come last, whichever stream is whose
  fmt::print(stderr, "{}", last.last_words());
  return last.exit_status();
}

progress_style style_of(command_line const& line) {
  if (line.quiet) return progress_style::quiet;
  return ::isatty(STDERR_FILENO) ? progress_style::live : progress_style::lines;
}

session_outcome measure(command_line const& line, run_request const& request,
                        std::vector<std::vector<planned_repetition>> const& rounds, double predicted) {
  guardian const watching;
  interrupt interruption;
  supervisor supervising(request.supervision);
  journal kept(request.directory / "journal.jsonl");
  progress shown(std::cerr, style_of(line), count_all(rounds), predicted, runtime::now_ns);
  session_limits limits;
  // An explicit number of repetitions is an order; otherwise the profile's time is the limit.
  if (line.repetitions || !line.resume.empty())
    limits = limits_of_an_order;
  else
    limits.total_s = limits_of(request.supervision.which).total_s;
  session_outcome outcome =
      run_session(rounds, request.supervision.which, limits,
                  {.run_one = [&](benchmark_case const& one,
                                  unsigned repetition) { return supervising.run(one, repetition, interruption); },
                   .interrupted = [&] { return supervising.interrupted() || interruption.requested(); },
                   .keep = [&](record const& one) { kept.append(one); },
                   .before = [&](planned_repetition const& next) { shown.next(next.what->name()); },
                   .now_ns = runtime::now_ns,
                   .quiet = [&](benchmark_case const& one) { return supervising.quiet(one); },
                   .pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(250)); }});
  shown.finish();
  return outcome;
}

}  // namespace

int run_command(registry const& all, command_line const& line) {
  run_request request = resolve(all, line);
  auto const which = request.supervision.which;
  auto const rounds = plan_rounds(request.cases, request.repetitions, request.seed, finished_in(request.earlier),
                                  line.paired ? round_order::paired : round_order::shuffled);
  double const predicted = predicted_s(request.cases, which, request.repetitions) *
                           static_cast<double>(count_all(rounds)) /
                           static_cast<double>(std::max<std::size_t>(request.cases.size() * request.repetitions, 1));
  if (!line.quiet)
    fmt::print(stderr, "{} cases x {} repetitions, predicted to take {:.0f} s\n", request.cases.size(),
               request.repetitions, predicted);
  if (line.dry_run) {
    for (benchmark_case const* one : request.cases) fmt::print("{}\n", one->name());
    return exit_ok;
  }
  std::filesystem::create_directories(request.directory);
  scoped_cgroup::remove_stale(cgroup_hierarchy::detect());
  if (request.manifest.is_null()) {
    request.manifest = begin_manifest({.command_line = line.words,
                                       .profile_name = std::string(limits_of(which).name),
                                       .repetitions = request.repetitions,
                                       .seed = request.seed,
                                       .cpus = request.supervision.cpus,
                                       .enforcement = supervisor(request.supervision).enforcement(),
                                       .chosen_cases = selection_of(line, all.settings()),
                                       .anonymous = line.anonymous});
    write_atomically(request.directory / "manifest.json", request.manifest.dump(1) + "\n");
  }
  session_outcome const outcome = measure(line, request, rounds, predicted);
  if (!outcome.interrupted) finish_manifest(request.manifest);
  return conclude(all, line, request, outcome);
}

}  // namespace unitcost::harness
