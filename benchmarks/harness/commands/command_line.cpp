#include "benchmarks/harness/commands/command_line.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "benchmarks/harness/records/build_info.hpp"

namespace unitcost::harness {
namespace {

constexpr char description[] =
    "unitcost - what one more process, thread, fiber or coroutine costs on this machine.\n\n"
    "  unitcost run                      the quick profile: two minutes, every model\n"
    "  unitcost run --profile standard   everything a plot needs: up to 45 minutes\n"
    "  unitcost run --filter 'switch/'   only cases whose name matches\n"
    "  unitcost list                     what can be measured\n"
    "  unitcost explain CASE             between which two events, from which source\n"
    "  unitcost doctor                   what this machine can and cannot measure\n";

constexpr char epilogue[] =
    "Exit codes: 0 all cases ok or skipped, 1 a case failed, 2 bad usage or input, 130 interrupted (resumable).";

void add_selection(CLI::App& app, command_line& line) {
  app.add_option_function<std::string>(
         "--profile",
         [&line](std::string const& name) {
           auto const which = parse_profile(name);
           if (!which) throw CLI::ValidationError("--profile", "'" + name + "' is not quick, standard or full");
           line.wanted.which = *which;
         },
         "quick, standard or full (default: quick of a run, full of a list)")
      ->type_name("NAME");
  app.add_option("--filter,--benchmark_filter", line.wanted.filter,
                 "only cases whose name matches this expression, whatever their profile; a leading '-': the profile's "
                 "without them")
      ->type_name("REGEX");
  app.add_option("--model", line.wanted.models, "only these models")->delimiter(',')->type_name("A,B");
  app.add_option("--measure", line.wanted.measures, "only these measures")->delimiter(',')->type_name("C,D");
  app.add_option("--workers", line.workers, "worker counts of the cases that sweep them (default 1, 2, 4 ... all CPUs)")
      ->delimiter(',')
      ->check(CLI::Range(1u, 1024u))
      ->type_name("LIST");
  app.add_option("--cpus", line.cpus, "the CPUs to use, in order (default all that this process may use)")
      ->delimiter(',')
      ->check(CLI::NonNegativeNumber)
      ->type_name("LIST");
}

void add_contenders(CLI::App& app, command_line& line) {
  app.add_option_function<std::vector<std::string>>(
         "--contender",
         [&line](std::vector<std::string> const& typed) {
           try {
             for (std::string const& each : typed) line.contenders.push_back(parse_contender_command(each));
           } catch (std::invalid_argument const& error) {
             throw CLI::ValidationError("--contender", error.what());
           }
         },
         "a program of yours as a model beside ours (repeatable; docs/CONTENDERS.md)")
      ->allow_extra_args(false)
      ->type_name("NAME=COMMAND");
}

void add_format(CLI::App& app, std::string const& name, command_line& line) {
  app.add_option_function<std::string>(
         name,
         [&line, name](std::string const& format) {
           if (format != "console" && format != "json")
             throw CLI::ValidationError(name,
                                        "'" + format + "' is not console or json (tables as CSV: scripts/report.sh)");
           line.format = format == "json" ? text_format::as_json : text_format::for_people;
         },
         "console (default) or json")
      ->type_name("FORMAT");
}

void add_run(CLI::App& app, command_line& line, bool& list_tests) {
  CLI::App* run = app.add_subcommand("run", "measure, and print the answer table");
  run->footer(epilogue);
  add_selection(*run, line);
  add_contenders(*run, line);
  run->add_option("--repetitions,--benchmark_repetitions", line.repetitions,
                  "of each case, each in a fresh process (default by profile; six are the fewest with an interval)")
      ->check(CLI::Range(1u, 100000u))
      ->type_name("N");
  auto* out =
      run->add_option("--out", line.out, "run directory (default results/local/<UTC time>-<host>)")->type_name("DIR");
  run->add_option("--resume", line.resume, "go on with an interrupted run: finished repetitions are kept")
      ->excludes(out)
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  run->add_option_function<std::uint64_t>(
         "--seed", [&line](std::uint64_t seed) { line.seed = seed, line.seed_given = true; },
         "of the order of repetitions (default: random, recorded)")
      ->type_name("S");
  run->add_option("--time-limit", line.time_limit_s, "seconds after which a repetition is ended as timed_out")
      ->check(CLI::PositiveNumber)
      ->type_name("S");
  run->add_option("--memory-limit", line.memory_limit_bytes,
                  "bytes that one repetition may use, as 4GiB or 4294967296 (default: half of the memory)")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("BYTES");
  run->add_flag("--paired", line.paired,
                "the models of one case right after each other in each round, for ratios (30 rounds by default)");
  run->add_flag("--strict", line.strict, "exit 1 for unstable cases too");
  run->add_flag("--dry-run", line.dry_run, "show what would run and how long it would take");
  run->add_flag("--quiet", line.quiet, "no progress");
  run->add_flag("--anonymous", line.anonymous, "leave host and user names out of the manifest");
  run->add_flag("--benchmark_list_tests", list_tests, "print the names of the chosen cases");
  run->add_option("--benchmark_out", line.benchmark_out, "also write results.json here")->type_name("FILE");
  add_format(*run, "--benchmark_format", line);
}

/// Google Benchmark's binaries have no subcommands: flags alone mean `run`.
bool only_flags(std::vector<std::string> const& arguments) {
  return !arguments.empty() && arguments.front().starts_with("--benchmark_");
}

}  // namespace

command_line parse_command_line(std::vector<std::string> arguments, std::optional<int>& exit_status) {
  command_line line;
  line.words = arguments;
  bool list_tests = false;
  CLI::App app{description, "unitcost"};
  app.footer(epilogue);
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  add_run(app, line, list_tests);
  CLI::App* list = app.add_subcommand("list", "every case with what it measures, and the predicted duration");
  add_selection(*list, line);
  add_contenders(*list, line);
  add_format(*list, "--format", line);
  CLI::App* explain =
      app.add_subcommand("explain", "what a case times, between which two events, and where that is written");
  explain->add_option("case", line.explained_case, "a case's name, as `unitcost list` prints it")->required();
  add_contenders(*explain, line);
  CLI::App* doctor = app.add_subcommand("doctor", "what this machine can and cannot measure, and the remedies");
  add_format(*doctor, "--format", line);

  if (only_flags(arguments)) arguments.insert(arguments.begin(), "run");
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // CLI11 takes them from the back
  try {
    app.parse(reversed);
  } catch (CLI::ParseError const& error) {
    exit_status = app.exit(error, std::cout, std::cerr) == 0 ? exit_ok : exit_bad_usage;
    return line;
  }
  if (list->parsed() || list_tests) line.what = command::list;
  line.names_only = list_tests;
  if (list->parsed() && list->count("--profile") == 0) line.wanted.which = profile::full;
  if (explain->parsed()) line.what = command::explain;
  if (doctor->parsed()) line.what = command::doctor;
  return line;
}

}  // namespace unitcost::harness
