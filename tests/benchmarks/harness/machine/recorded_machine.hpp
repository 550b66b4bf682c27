// A copy of a recorded machine that a test may change.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace unitcost::harness {

/// Where the recorded process is in the only hierarchy of the machine "v2".
constexpr auto v2_own = "sys/fs/cgroup/user.slice/suite.scope/unitcost-4241-1";

/// tests/data/<name> copied to a temporary folder, which anybody may enter; removed with the object.
class recorded_machine {
 public:
  explicit recorded_machine(std::string const& name) {
    std::string pattern = (std::filesystem::temp_directory_path() / "recorded_machine.XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder " + pattern);
    root_ = pattern;
    std::filesystem::copy(std::filesystem::path(UNITCOST_TEST_DATA) / name, root_,
                          std::filesystem::copy_options::recursive);
    std::filesystem::permissions(root_, std::filesystem::perms{0755});
  }
  recorded_machine(recorded_machine const&) = delete;
  recorded_machine& operator=(recorded_machine const&) = delete;
  ~recorded_machine() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  std::filesystem::path const& root() const { return root_; }
  std::filesystem::path operator/(std::string const& path) const { return root_ / path; }

  void put(std::string const& path, std::string const& content) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << content;
  }
  void remove(std::string const& path) const { std::filesystem::remove_all(root_ / path); }

 private:
  std::filesystem::path root_;
};

inline std::string content_of(std::filesystem::path const& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The message of what `action` throws; empty when it does not.
template <class Action>
std::string complaint_of(Action&& action) {
  try {
    action();
  } catch (std::exception const& error) {
    return error.what();
  }
  return "";
}

}  // namespace unitcost::harness
