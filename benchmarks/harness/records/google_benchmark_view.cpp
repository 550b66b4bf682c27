#include "benchmarks/harness/records/google_benchmark_view.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace unitcost::harness {
namespace {

json entry_of(record const& one, std::size_t family, std::size_t repetitions) {
  auto const time = std::ranges::find_if(one.metrics, [](metric const& each) { return each.unit == "ns"; });
  json entry{{"name", one.case_name},
             {"family_index", family},
             {"per_family_instance_index", 0},
             {"run_name", one.case_name},
             {"run_type", "iteration"},
             {"repetitions", repetitions},
             {"repetition_index", one.repetition},
             {"threads", 1},
             {"iterations", time != one.metrics.end() ? time->samples : 1},
             {"real_time", time != one.metrics.end() ? time->value : static_cast<double>(one.circumstances.wall_ns)},
             {"cpu_time", one.circumstances.cpu_ns},
             {"time_unit", "ns"}};
  for (metric const& each : one.metrics) entry[each.name] = each.value;
  return entry;
}

}  // namespace

json google_benchmark_view(std::vector<record> const& records, json const& manifest) {
  std::map<std::string, std::size_t> families, repetitions;
  for (record const& one : records) {
    families.emplace(one.case_name, families.size());
    if (one.end == ending::ok) ++repetitions[one.case_name];
  }
  json benchmarks = json::array();
  for (record const& one : records)
    if (one.end == ending::ok)
      benchmarks.push_back(entry_of(one, families.at(one.case_name), repetitions.at(one.case_name)));
  json const& machine = manifest.at("machine");
  return {{"context",
           {{"date", manifest.at("started_utc")},
            {"host_name", machine.at("host")},
            {"executable", "unitcost"},
            {"num_cpus", machine.at("logical_cpus")},
            {"mhz_per_cpu", 0},
            {"cpu_scaling_enabled", false},
            {"caches", json::array()},
            {"load_avg", json::array()},
            {"library_build_type", "release"}}},
          {"benchmarks", benchmarks}};
}

void write_atomically(std::filesystem::path const& target, std::string const& text) {
  std::filesystem::path const draft = target.string() + ".part";
  {
    std::ofstream out(draft, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("writing " + draft.string() + " failed: is the disk full?");
  }
  std::filesystem::rename(draft, target);
}

}  // namespace unitcost::harness
