// The facts about a machine that a run's manifest publishes.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

namespace unitcost::harness {

enum class publish_names : bool { no, yes };

/// {"machine", "limits", "mitigations", "libraries"}; a fact that the machine does not tell is null. Never an
/// environment variable, a path or a command line. Host and user name are null without publish_names::yes.
nlohmann::ordered_json describe_environment(publish_names names, std::filesystem::path const& root = "/");

/// What others do to the machine at this moment: {"load_average", "runnable", "steal_share", "pressure"}. Read before
/// and after a run. steal_share is of all CPU time since boot; pressure is null where the kernel has no PSI.
nlohmann::ordered_json read_noise(std::filesystem::path const& root = "/");

}  // namespace unitcost::harness
