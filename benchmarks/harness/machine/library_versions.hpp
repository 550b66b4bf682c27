// The libraries that this binary was built with.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace unitcost::harness {

/// Name -> version, of the headers compiled against; libc's is the one running. Null where a library does not say.
nlohmann::ordered_json library_versions();

}  // namespace unitcost::harness
