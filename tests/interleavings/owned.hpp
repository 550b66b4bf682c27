// Plain memory that one thread owns at a time: a result, a suspended frame.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "tests/interleavings/explorer.hpp"

namespace unitcost::interleavings {

/// Any access that does not happen after all others is a data race, and reported.
class owned {
 public:
  explicit owned(std::string_view name) : name_(name), variable_(explorer::current->new_variable()) {}

  void touch() {
    explorer& around = *explorer::current;
    std::size_t& touched = around.record(variable_).touched;
    std::size_t& seen = around.own_place(variable_);
    if (seen != touched) around.report("a data race on " + std::string(name_));
    seen = ++touched;
  }

 private:
  std::string_view name_;
  std::size_t variable_;
};

}  // namespace unitcost::interleavings
