// A case of an external program, for tests of who starts it and of who reads what it wrote.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/benchmarks/harness/sample_case.hpp"

namespace unitcost::harness {

/// A case whose program says how it ended, in one word.
inline benchmark_case external_case() {
  benchmark_case one = sample_case("libfork");
  one.external.emplace();
  one.external->arguments = [](worker_order const&) { return std::vector<std::string>{"/bin/true"}; };
  one.external->read = [](std::string_view written, std::int64_t lived_ns, record& out) {
    if (written.empty()) throw std::invalid_argument("nothing was written");
    out.end = parse_ending(written);
    out.reason = std::to_string(lived_ns);
    out.check = work_check{7, 7, 8, 8};
  };
  return one;
}

}  // namespace unitcost::harness
