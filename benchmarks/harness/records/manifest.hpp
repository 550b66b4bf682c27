// manifest.json: under which circumstances a run's numbers were measured.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

inline constexpr std::string_view manifest_schema = "unitcost.manifest/1";

struct manifest_settings {
  std::vector<std::string> command_line;
  std::string profile_name;
  unsigned repetitions = 0;
  std::uint64_t seed = 0;
  std::vector<int> cpus;
  std::string enforcement;  ///< how limits are enforced
  json chosen_cases;        ///< the selection, so that --resume plans the same run
  bool anonymous = false;
};

/// The manifest as it stands before the first repetition; `finished_utc` is null.
json begin_manifest(manifest_settings const& settings);
/// Adds the end: the time and the second reading of the machine's noise.
void finish_manifest(json& manifest);

/// "2026-01-31T12:34:56Z".
std::string utc_now();

/// Throws std::runtime_error naming the file when it cannot be read or is of another schema.
json read_manifest(std::filesystem::path const& file);

}  // namespace unitcost::harness
