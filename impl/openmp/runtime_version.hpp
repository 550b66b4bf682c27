// Which OpenMP runtime this process runs on.
#pragma once

#include <string>

namespace unitcost::models::openmp_parts {

/// "libgomp.so.1 (g++ 12.2.0, OpenMP 201511)": the library that was loaded, the compiler whose code calls it, and the
/// date of the specification that the compiler follows. The libraries themselves tell no version.
std::string runtime_version();

}  // namespace unitcost::models::openmp_parts
