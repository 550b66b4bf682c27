#include "benchmarks/harness/records/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <type_traits>

namespace unitcost::harness {
namespace {

constexpr std::array<std::pair<ending, std::string_view>, 9> ending_names{{
    {ending::ok, "ok"},
    {ending::skipped, "skipped"},
    {ending::wrong_result, "wrong_result"},
    {ending::crashed, "crashed"},
    {ending::timed_out, "timed_out"},
    {ending::out_of_memory, "out_of_memory"},
    {ending::limit_reached, "limit_reached"},
    {ending::deadlocked, "deadlocked"},
    {ending::unstable, "unstable"},
}};

constexpr std::array<std::pair<direction, std::string_view>, 3> direction_texts{{
    {direction::smaller, "smaller"},
    {direction::greater, "greater"},
    {direction::neither, "neither"},
}};

std::string_view text_of(direction better) {
  return std::ranges::find(direction_texts, better, &std::pair<direction, std::string_view>::first)->second;
}

direction parse_direction(std::string const& text) {
  for (auto const& [better, its_text] : direction_texts)
    if (text == its_text) return better;
  throw std::invalid_argument(fmt::format("unknown direction '{}'", text));
}

json to_json(metric const& one) {
  json out{{"name", one.name},
           {"label", one.label},
           {"value", one.value},
           {"unit", one.unit},
           {"direction", text_of(one.better)}};
  if (one.fit_low && one.fit_high) {
    out["fit_low"] = *one.fit_low;
    out["fit_high"] = *one.fit_high;
  }
  if (one.expected_low && one.expected_high) {
    out["expected_low"] = *one.expected_low;
    out["expected_high"] = *one.expected_high;
  }
  out["samples"] = one.samples;
  if (!one.derived_from.empty()) out["derived_from"] = one.derived_from;
  out["headline"] = one.headline;
  return out;
}

metric metric_from_json(json const& in) {
  metric one{.name = in.at("name"),
             .label = in.at("label"),
             .value = in.at("value"),
             .unit = in.at("unit"),
             .better = parse_direction(in.at("direction")),
             .fit_low = {},
             .fit_high = {},
             .expected_low = {},
             .expected_high = {},
             .samples = in.value("samples", std::uint64_t{1}),
             .derived_from = in.value("derived_from", std::string()),
             .headline = in.value("headline", false)};
  auto take = [&in](char const* key, std::optional<double>& into) {
    if (in.contains(key)) into = in.at(key).get<double>();
  };
  take("fit_low", one.fit_low);
  take("fit_high", one.fit_high);
  take("expected_low", one.expected_low);
  take("expected_high", one.expected_high);
  return one;
}

json to_json(histogram const& one) {
  json percentiles = json::object();
  for (auto const& [rank, value] : one.percentiles) percentiles[rank] = value;
  json out{{"name", one.name},       {"label", one.label},         {"unit", one.unit},
           {"samples", one.samples}, {"percentiles", percentiles}, {"buckets", one.buckets}};
  if (one.sub_buckets > 0) out["sub_buckets"] = one.sub_buckets;
  return out;
}

histogram histogram_from_json(json const& in) {
  histogram one{in.at("name"),
                in.at("label"),
                in.at("unit"),
                in.at("samples"),
                {},
                in.at("buckets"),
                in.value("sub_buckets", std::uint32_t{0})};
  for (auto const& [rank, value] : in.at("percentiles").items()) one.percentiles.emplace_back(rank, value);
  return one;
}

json to_json(series const& one) {
  return {{"name", one.name},     {"label", one.label},   {"x_name", one.x_name}, {"x_unit", one.x_unit},
          {"y_name", one.y_name}, {"y_unit", one.y_unit}, {"points", one.points}};
}

series series_from_json(json const& in) {
  return {in.at("name"),   in.at("label"),  in.at("x_name"), in.at("x_unit"),
          in.at("y_name"), in.at("y_unit"), in.at("points")};
}

// A checksum is 64 bits wide; a JSON number is a double to most readers, so it travels as text.
json to_json(work_check const& check) {
  return {{"units", check.units},
          {"expected_units", check.expected_units},
          {"checksum", fmt::format("{:016x}", check.checksum)},
          {"expected_checksum", fmt::format("{:016x}", check.expected_checksum)}};
}

work_check check_from_json(json const& in) {
  auto hexadecimal = [&](char const* key) {
    auto const text = in.at(key).get<std::string>();
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size())
      throw std::invalid_argument(fmt::format("{} '{}' is not 64 bits in hexadecimal", key, text));
    return value;
  };
  return {in.at("units"), in.at("expected_units"), hexadecimal("checksum"), hexadecimal("expected_checksum")};
}

json to_json(conditions const& c) {
  json out{{"wall_ns", c.wall_ns},
           {"harness_ns", c.harness_ns},
           {"cpu_ns", c.cpu_ns},
           {"steal_ns", c.steal_ns},
           {"others_cpu_ns", c.others_cpu_ns},
           {"run_queue_wait_ns", c.run_queue_wait_ns},
           {"voluntary_switches", c.voluntary_switches},
           {"involuntary_switches", c.involuntary_switches},
           {"minor_faults", c.minor_faults},
           {"major_faults", c.major_faults},
           {"disturbed", c.disturbed}};
  auto add = [&out](char const* key, auto const& value) {
    if (value) out[key] = *value;
  };
  add("cpu_pressure_ns", c.cpu_pressure_ns);
  add("memory_pressure_ns", c.memory_pressure_ns);
  add("io_pressure_ns", c.io_pressure_ns);
  add("core_slowdown", c.core_slowdown);
  if (c.core_shared) out["core_shared"] = true;
  add("cpu_round_trip_ns", c.cpu_round_trip_ns);
  if (c.cpus_moved) out["cpus_moved"] = true;
  return out;
}

conditions conditions_from_json(json const& in) {
  conditions c;
  auto take = [&in](char const* key, auto& into) { into = in.at(key).get<std::remove_reference_t<decltype(into)>>(); };
  take("wall_ns", c.wall_ns);
  take("harness_ns", c.harness_ns);
  take("cpu_ns", c.cpu_ns);
  take("steal_ns", c.steal_ns);
  take("others_cpu_ns", c.others_cpu_ns);
  take("run_queue_wait_ns", c.run_queue_wait_ns);
  take("voluntary_switches", c.voluntary_switches);
  take("involuntary_switches", c.involuntary_switches);
  take("minor_faults", c.minor_faults);
  take("major_faults", c.major_faults);
  take("disturbed", c.disturbed);
  auto take_if_known = [&in]<class Value>(char const* key, std::optional<Value>& into) {
    if (in.contains(key)) into = in.at(key).get<Value>();
  };
  take_if_known("cpu_pressure_ns", c.cpu_pressure_ns);
  take_if_known("memory_pressure_ns", c.memory_pressure_ns);
  take_if_known("io_pressure_ns", c.io_pressure_ns);
  take_if_known("core_slowdown", c.core_slowdown);
  c.core_shared = in.value("core_shared", false);
  take_if_known("cpu_round_trip_ns", c.cpu_round_trip_ns);
  c.cpus_moved = in.value("cpus_moved", false);
  return c;
}

template <class Items>
json all_to_json(Items const& items) {
  json out = json::array();
  for (auto const& item : items) out.push_back(to_json(item));
  return out;
}

}  // namespace

std::string_view conditions::unusual() const {
  if (core_shared) return "somebody shared a core";
  if (cpus_moved) return "the CPUs were nearer or farther apart than usual";
  return {};
}

std::string_view to_string(ending end) {
  for (auto const& [value, name] : ending_names)
    if (value == end) return name;
  throw std::invalid_argument("an ending without a name");
}

ending parse_ending(std::string_view text) {
  for (auto const& [value, name] : ending_names)
    if (name == text) return value;
  throw std::invalid_argument(fmt::format("unknown end '{}'", text));
}

std::string work_check::difference() const {
  return fmt::format("{} units where {} were due, checksum {:016x} where {:016x} was", units, expected_units, checksum,
                     expected_checksum);
}

json to_json(record const& what) {
  json out{{"schema", record_schema},       {"case", what.case_name},    {"measure", what.measure},
           {"model", what.model},           {"workload", what.workload}, {"parameters", to_json(what.parameters)},
           {"repetition", what.repetition}, {"end", to_string(what.end)}};
  out["reason"] = what.reason.empty() ? json(nullptr) : json(what.reason);
  out["headline"] = what.headline;
  out["discarded"] = what.discarded;
  out["metrics"] = all_to_json(what.metrics);
  out["histograms"] = all_to_json(what.histograms);
  out["series"] = all_to_json(what.curves);
  out["checks"] = what.check ? to_json(*what.check) : json::object();
  out["sources"] = what.sources;
  out["notes"] = what.notes;
  out["conditions"] = to_json(what.circumstances);
  return out;
}

record record_from_json(json const& line) {
  try {
    if (line.at("schema") != record_schema)
      throw std::invalid_argument(fmt::format("schema '{}', expected '{}'", line.at("schema").dump(), record_schema));
    record out;
    out.case_name = line.at("case");
    out.measure = line.at("measure");
    out.model = line.at("model");
    out.workload = line.at("workload");
    out.parameters = parameters_from_json(line.at("parameters"));
    out.repetition = line.at("repetition");
    out.end = parse_ending(line.at("end").get<std::string>());
    if (!line.at("reason").is_null()) out.reason = line.at("reason");
    out.headline = line.value("headline", false);
    out.discarded = line.at("discarded");
    for (auto const& one : line.at("metrics")) out.metrics.push_back(metric_from_json(one));
    for (auto const& one : line.at("histograms")) out.histograms.push_back(histogram_from_json(one));
    for (auto const& one : line.at("series")) out.curves.push_back(series_from_json(one));
    if (!line.at("checks").empty()) out.check = check_from_json(line.at("checks"));
    out.sources = line.at("sources").get<std::map<std::string, std::string>>();
    out.notes = line.at("notes").get<std::vector<std::string>>();
    out.circumstances = conditions_from_json(line.at("conditions"));
    return out;
  } catch (nlohmann::json::exception const& error) {
    throw std::invalid_argument(fmt::format("not a record: {}", error.what()));
  }
}

}  // namespace unitcost::harness
