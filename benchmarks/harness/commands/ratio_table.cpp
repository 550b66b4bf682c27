#include "benchmarks/harness/commands/ratio_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "benchmarks/harness/cases/case.hpp"
#include "benchmarks/harness/commands/humanise.hpp"
#include "benchmarks/harness/records/statistics.hpp"

namespace unitcost::harness {
namespace {

// What a case is compared by: the first of these that it reports. Of sleepers not how late each was, which is another
// question where fewer sleep at once.
constexpr std::array<std::string_view, 8> compared_metrics{
    "ns_per_unit",   "hop_ns",    "cpu_ns_per_request", "cpu_ns_per_page",
    "spawn_join_ns", "switch_ns", "beyond_ideal_ns",    "total_bytes_per_unit"};

std::string_view unit_of(std::string_view metric) { return metric == "total_bytes_per_unit" ? "bytes" : "ns"; }

/// A case without its model, and what it is compared by.
struct compared {
  std::string_view metric;
  std::string work;  ///< "throughput/fib/n:20/spawn_depth:all/workers:1"
  friend auto operator<=>(compared const&, compared const&) = default;
};

using values_by_round = std::map<unsigned, double>;
using cases_of_model = std::map<compared, values_by_round>;

std::string without_model(record const& one, std::map<std::string, std::string> const& plain_names) {
  if (auto const found = plain_names.find(one.case_name); found != plain_names.end()) return found->second;
  std::string const prefix = one.measure + "/" + one.model + "/";
  return one.measure + "/" + one.case_name.substr(prefix.size());
}

std::map<std::string, cases_of_model> times_by_model(std::vector<record> const& records,
                                                     std::map<std::string, std::string> const& plain_names) {
  std::map<std::string, cases_of_model> out;
  for (record const& one : records) {
    if (one.discarded || one.end != ending::ok) continue;
    for (std::string_view const name : compared_metrics) {
      auto const found = std::ranges::find(one.metrics, name, &metric::name);
      if (found == one.metrics.end() || !(found->value > 0)) continue;  // memory may have none, of which is no ratio
      auto const [work, way] = split_way(without_model(one, plain_names));
      out[way.empty() ? one.model : one.model + " " + way][{name, work}][one.repetition] = found->value;
      break;
    }
  }
  return out;
}

/// What two models came to in the rounds in which both ended ok.
struct paired_times {
  std::vector<double> of_model, of_reference, ratios;
};

paired_times paired(values_by_round const& model, values_by_round const& reference) {
  paired_times out;
  for (auto const& [round, ours] : model) {
    auto const theirs = reference.find(round);
    if (theirs == reference.end()) continue;
    out.of_model.push_back(ours);
    out.of_reference.push_back(theirs->second);
    out.ratios.push_back(ours / theirs->second);
  }
  return out;
}

/// With three decimals; a small one, as a switch in user space has beside one by the kernel, with three digits.
std::string digits_of(double ratio) {
  return ratio < 0.1 ? fmt::format("{:.3g}", ratio) : fmt::format("{:.3f}", ratio);
}

std::string ratio_text(std::vector<double> const& ratios) {
  auto const interval = median_interval(ratios);
  if (!interval) return "~" + digits_of(median(ratios));
  return fmt::format("{} [{}, {}]", digits_of(median(ratios)), digits_of(interval->first), digits_of(interval->second));
}

using row = std::vector<std::string>;

/// The first four columns left-aligned, numbers right-aligned.
std::string aligned(std::vector<row> const& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (row const& each : rows)
    for (std::size_t column = 0; column < each.size(); ++column)
      widths[column] = std::max(widths[column], each[column].size());
  std::string out;
  for (row const& each : rows) {
    std::string line;
    for (std::size_t column = 0; column < each.size(); ++column)
      line += column < 4 ? fmt::format("{:<{}}  ", each[column], widths[column])
                         : fmt::format("{:>{}}  ", each[column], widths[column]);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

/// The rows of one pair, and a line for each metric that sums them up; nothing when they share no case.
void add_pair(std::string const& model, cases_of_model const& ours, std::string const& reference,
              cases_of_model const& theirs, std::vector<row>& rows, std::string& means) {
  struct sum_of_logarithms {
    double sum = 0;
    unsigned count = 0;
  };
  std::map<std::string_view, sum_of_logarithms> by_metric;
  for (auto const& [what, model_times] : ours) {
    auto const found = theirs.find(what);
    if (found == theirs.end()) continue;
    auto const both = paired(model_times, found->second);
    if (both.ratios.empty()) continue;
    std::string const unit(unit_of(what.metric));
    rows.push_back({model, reference, what.work, std::string(what.metric), humanise(median(both.of_model), unit),
                    humanise(median(both.of_reference), unit), ratio_text(both.ratios)});
    by_metric[what.metric].sum += std::log(median(both.ratios));
    ++by_metric[what.metric].count;
  }
  for (auto const& [metric, each] : by_metric)
    if (each.count > 1)  // the row says it otherwise
      means += fmt::format("{} / {}: {}, the geometric mean over {} cases of {}\n", model, reference,
                           digits_of(std::exp(each.sum / each.count)), each.count, metric);
}

}  // namespace

std::string ratio_table(std::vector<record> const& records, std::vector<std::string> const& references,
                        std::map<std::string, std::string> const& plain_names) {
  auto const times = times_by_model(records, plain_names);
  std::vector<row> rows{{"model", "reference", "case", "of", "model's", "reference's", "model / reference"}};
  std::string means;
  for (std::string const& reference : references) {
    auto const theirs = times.find(reference);
    if (theirs == times.end()) continue;
    for (auto const& [model, ours] : times)
      if (std::ranges::find(references, model) == references.end())
        add_pair(model, ours, reference, theirs->second, rows, means);
  }
  if (references.empty()) return "";
  if (rows.size() == 1) return "\nno case has a round that counts under both a reference and a model of ours\n";
  return fmt::format(
      "\nagainst references; a ratio below 1: the model is cheaper\n{}{}"
      "ratio: median over the rounds that both ended ok, with its 95 % interval; ~ marks fewer than six "
      "rounds, which have none\n",
      aligned(rows), means);
}

}  // namespace unitcost::harness
