#include "benchmarks/measures/contenders/contender_throughput.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "benchmarks/harness/contenders/contender_answer.hpp"
#include "benchmarks/measures/contenders/contender_case.hpp"
#include "benchmarks/measures/graphs/throughput.hpp"

namespace unitcost::measures {
namespace {

using harness::contender;

constexpr harness::measure_info contender_throughput_info{
    .name = throughput_info.name,
    .question = throughput_info.question,
    .from = throughput_info.from,
    .to = throughput_info.to,
    .unit = "units per second, ns per unit",
    .method =
        "time of all runs / number of runs, both as the contender says; its units and checksum are compared with "
        "the oracle's; nothing is subtracted",
    .source = "the contender's own clock, bounded by how long it lived",
    .file = "benchmarks/measures/contenders/contender_throughput.cpp"};

template <class Workload>
void add_contender_cases(harness::registry& all, contender const& who) {
  for (auto const& each : graphs<Workload>()) {
    // Some oracles take as long as a run of the graph: computed for the first repetition, kept for the others.
    auto const oracle = [known = std::make_shared<std::optional<outcome>>(), parameters = each.parameters] {
      if (!*known) *known = Workload::oracle(parameters);
      return **known;
    };
    for (unsigned workers : all.settings().workers) {
      auto one = throughput_case(described(each), workers, all.settings().workers.size() > 1);
      one.measure = &contender_throughput_info;
      hand_to_contender(one, who,
                        [oracle](harness::contender_answer const& answer, std::int64_t lived_ns, harness::record& out) {
                          return complete_by_runs(answer.facts, lived_ns, oracle(), out);
                        });
      all.add(std::move(one));
    }
  }
}

}  // namespace

void add_contender_throughput(harness::registry& all) {
  for (contender const& who : all.settings().contenders) {
    workloads::for_each_workload(workloads::cpu_workloads{}, [&]<class Workload>() {
      if (who.offers(throughput_info.name, Workload::name)) add_contender_cases<Workload>(all, who);
    });
  }
}

std::string complete_by_runs(harness::work_facts const& facts, std::int64_t lived_ns, outcome const& expected,
                             harness::record& out) {
  harness::measurement given(out, {});
  given.check(facts.units, expected.units, facts.checksum, expected.checksum);
  if (!out.check->holds()) return out.check->difference();
  if (std::string impossible = impossibility_of(facts, lived_ns); !impossible.empty()) return impossible;
  report_rate(ns_per_run(facts), facts.units, facts.runs, "the contender's own clock, mean over its runs", given);
  given.note("a contender: no serial run beside it in the same process, hence no speed-up");
  return "";
}

}  // namespace unitcost::measures
