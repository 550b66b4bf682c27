#include "impl/openmp/runtime_version.hpp"

#include <dlfcn.h>

#include <filesystem>

namespace unitcost::models::openmp_parts {
namespace {

/// Without its folder, which is the machine's own affair.
std::string loaded_library() {
  Dl_info from{};
  if (::dladdr(::dlsym(RTLD_DEFAULT, "omp_get_num_threads"), &from) == 0) return "an unknown library";
  return std::filesystem::path(from.dli_fname).filename();
}

#ifdef __clang__
constexpr char const* compiler = "clang++ " __clang_version__;
#else
constexpr char const* compiler = "g++ " __VERSION__;
#endif

}  // namespace

std::string runtime_version() {
  return loaded_library() + " (" + compiler + ", OpenMP " + std::to_string(_OPENMP) + ")";
}

}  // namespace unitcost::models::openmp_parts
