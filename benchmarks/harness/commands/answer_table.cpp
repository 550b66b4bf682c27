#include "benchmarks/harness/commands/answer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "benchmarks/harness/records/statistics.hpp"

namespace unitcost::harness {
namespace {

struct column {
  std::string metric, label, unit;
};

struct cell {
  std::vector<double> values;
  std::string why_not;
};

class table {
 public:
  explicit table(std::vector<record> const& records) {
    for (record const& one : records)
      if (one.headline) take(one);
  }

  std::string render(std::vector<std::string> const& models) const {
    std::string out = fmt::format("{:<14}", "model");
    for (column const& each : columns_) out += fmt::format("  {:>26}", each.label);
    out += '\n';
    std::string footnotes;
    for (std::string const& model : models) {
      if (!cells_.contains(model)) continue;
      out += fmt::format("{:<14}", model);
      for (column const& each : columns_) out += fmt::format("  {:>26}", text_of(model, each));
      out += '\n';
      footnotes += why_not(model);
    }
    out += "median [95 % interval over repetitions]; ~ marks fewer than six repetitions, which have no interval\n";
    return out + footnotes;
  }

 private:
  void take(record const& one) {
    auto& row = cells_[one.model];
    if (one.end != ending::ok) row[std::string(one.measure)].why_not = fmt::format("{}: {}", to_string(one.end), one.reason);
    for (metric const& each : one.metrics) {
      if (!each.headline) continue;
      if (std::ranges::none_of(columns_, [&](column const& known) { return known.metric == each.name; }))
        columns_.push_back({each.name, each.label, each.unit});
      row[each.name].values.push_back(each.value);
    }
  }

  std::string text_of(std::string const& model, column const& wanted) const {
    auto const& row = cells_.at(model);
    auto const found = row.find(wanted.metric);
    if (found == row.end() || found->second.values.empty()) return "-";
    auto const& values = found->second.values;
    auto const interval = median_interval(values);
    std::string const middle = humanise(median(values), wanted.unit);
    if (!interval) return "~" + middle;
    return fmt::format("{} [{}, {}]", middle, humanise(interval->first, wanted.unit),
                       humanise(interval->second, wanted.unit));
  }

  std::string why_not(std::string const& model) const {
    std::string out;
    for (auto const& [name, each] : cells_.at(model))
      if (!each.why_not.empty()) out += fmt::format("- {}, {}: {}\n", model, name, each.why_not);
    return out;
  }

  std::vector<column> columns_;
  std::map<std::string, std::map<std::string, cell>> cells_;
};

struct scale {
  double factor;
  std::string_view suffix;
};

/// The magnitude, rounded to three significant digits.
double three_digits_of(double value) { return std::stod(fmt::format("{:.2e}", std::abs(value))); }

template <std::size_t N>
std::string scaled(double value, std::array<scale, N> const& scales) {
  // Rounded first, so that 999.6 becomes one of the next unit and not a thousand of this.
  double const rounded = three_digits_of(value);
  auto fitting = std::ranges::find_if(scales, [&](scale const& one) { return rounded >= one.factor; });
  if (fitting == scales.end()) fitting = std::prev(scales.end());
  double const shown = value / fitting->factor;
  double const shown_rounded = three_digits_of(shown);
  int const decimals = shown_rounded >= 100 ? 0 : shown_rounded >= 10 ? 1 : 2;
  return fmt::format("{:.{}f}{}", shown, decimals, fitting->suffix);
}

}  // namespace

std::string humanise(double value, std::string const& unit) {
  static constexpr std::array<scale, 4> bytes{{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}, {1, "B"}}};
  static constexpr std::array<scale, 4> times{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
  static constexpr std::array<scale, 4> rates{{{1e9, "G/s"}, {1e6, "M/s"}, {1e3, "k/s"}, {1, "/s"}}};
  static constexpr std::array<scale, 1> plain{{{1, ""}}};
  if (unit == "bytes") return scaled(value, bytes);
  if (unit == "ns") return scaled(value, times);
  if (unit == "1/s") return scaled(value, rates);
  return scaled(value, plain);
}

std::string answer_table(std::vector<record> const& records, std::vector<std::string> const& models) {
  return table(records).render(models);
}

}  // namespace unitcost::harness
