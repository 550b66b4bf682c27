#include "benchmarks/harness/commands/answer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "benchmarks/harness/commands/humanise.hpp"
#include "benchmarks/harness/records/statistics.hpp"

namespace unitcost::harness {
namespace {

struct column {
  std::string measure, metric, label, unit;
};

/// What the repetitions of one model's headline case of one measure came to.
struct row_part {
  std::map<std::string, std::vector<double>> values;  ///< by metric
  std::size_t tried = 0, failed = 0;
  std::string why_not;  ///< of the last that did not end ok
};

constexpr std::size_t narrowest = 12, between = 2, narrowest_model = 13;

std::size_t place_in(std::vector<std::string> const& list, std::string const& item) {
  return static_cast<std::size_t>(std::ranges::find(list, item) - list.begin());
}

/// The words of a heading in lines of at most `width`, where words allow it.
std::vector<std::string> wrapped(std::string const& text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (std::size_t at = 0; at < text.size();) {
    std::string const word = text.substr(at, text.find(' ', at) - at);
    at += word.size() + 1;
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

/// Behind `first` blocks of lines side by side, each right-aligned in its width; blanks at a line's end are cut off.
std::string side_by_side(std::string const& first, std::size_t first_width,
                         std::vector<std::vector<std::string>> const& blocks, std::vector<std::size_t> const& widths) {
  std::size_t height = 1;
  for (auto const& block : blocks) height = std::max(height, block.size());
  std::string out;
  for (std::size_t line = 0; line < height; ++line) {
    std::string text = fmt::format("{:<{}}", line == 0 ? first : "", first_width);
    for (std::size_t index = 0; index < blocks.size(); ++index)
      text += fmt::format("{:>{}}", line < blocks[index].size() ? blocks[index][line] : "", between + widths[index]);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
  return out;
}

class table {
 public:
  table(std::vector<record> const& records, table_order const& order) : order_(order) {
    for (record const& one : records)
      if (one.headline && !one.discarded) take(one);
  }

  std::string render() const {
    std::vector<std::vector<std::vector<std::string>>> cells;  // of each model, of each column: lines
    std::vector<std::size_t> widths(columns_.size(), narrowest);
    std::vector<std::string> models;
    std::size_t model_width = narrowest_model;
    for (std::string const& model : order_.models) {
      if (!parts_.contains(model)) continue;
      models.push_back(model);
      model_width = std::max(model_width, model.size());
      auto& row = cells.emplace_back();
      for (std::size_t index = 0; index < columns_.size(); ++index) {
        row.push_back(lines_of(model, columns_[index]));
        for (std::string const& line : row.back()) widths[index] = std::max(widths[index], line.size());
      }
    }
    std::vector<std::vector<std::string>> headings;
    for (std::size_t index = 0; index < columns_.size(); ++index)
      headings.push_back(wrapped(columns_[index].label, widths[index]));
    std::string out = side_by_side("model", model_width, headings, widths);
    for (std::size_t index = 0; index < models.size(); ++index)
      out += side_by_side(models[index], model_width, cells[index], widths);
    out += "median over repetitions, below it its 95 % interval; ~ marks fewer than six repetitions, which have none\n";
    for (std::string const& model : models) out += reasons_of(model);
    return out;
  }

 private:
  void take(record const& one) {
    row_part& part = parts_[one.model][one.measure];
    ++part.tried;
    part.failed += is_failure(one.end);
    if (one.end != ending::ok) part.why_not = fmt::format("{}: {}", to_string(one.end), one.reason);
    for (metric const& each : one.metrics) {
      if (!each.headline) continue;
      if (std::ranges::find(columns_, each.name, &column::metric) == columns_.end())
        insert({one.measure, each.name, each.label, each.unit});
      part.values[each.name].push_back(each.value);
    }
  }

  /// Behind those of its measure and of the measures before.
  void insert(column fresh) {
    std::size_t const place = place_in(order_.measures, fresh.measure);
    auto const behind = std::ranges::find_if(
        columns_, [&](column const& known) { return place_in(order_.measures, known.measure) > place; });
    columns_.insert(behind, std::move(fresh));
  }

  std::vector<std::string> lines_of(std::string const& model, column const& wanted) const {
    auto const part = parts_.at(model).find(wanted.measure);
    if (part == parts_.at(model).end() || !part->second.values.contains(wanted.metric)) return {"-"};
    auto const& values = part->second.values.at(wanted.metric);
    double const middle = median(values);
    auto const interval = median_interval(values);
    std::vector<std::string> lines{fmt::format("{}{}", interval ? "" : "~", humanise(middle, wanted.unit))};
    if (interval) lines.push_back(humanise_interval(*interval, middle, wanted.unit));
    if (part->second.failed > 0)
      lines.push_back(fmt::format("{} of {} failed", part->second.failed, part->second.tried));
    return lines;
  }

  /// Why a model has no number of a measure, or lost some of it.
  std::string reasons_of(std::string const& model) const {
    std::string out;
    for (auto const& [measure, part] : parts_.at(model))
      if (part.values.empty() || part.failed > 0) out += fmt::format("- {}, {}: {}\n", model, measure, part.why_not);
    return out;
  }

  table_order const& order_;
  std::vector<column> columns_;
  std::map<std::string, std::map<std::string, row_part>> parts_;  ///< by model, by measure
};

}  // namespace

std::string answer_table(std::vector<record> const& records, table_order const& order) {
  return table(records, order).render();
}

}  // namespace unitcost::harness
