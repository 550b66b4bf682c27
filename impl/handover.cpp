#include <cstdlib>

#include "impl/model.hpp"

namespace unitcost {

std::string_view to_string(handover by) {
  switch (by) {
    case handover::futex:
      return "futex";
    case handover::condition_variable:
      return "condition_variable";
    case handover::pipe:
      return "pipe";
    case handover::eventfd:
      return "eventfd";
    case handover::yield:
      return "yield";
    case handover::transfer:
      return "transfer";
    case handover::resume:
      return "resume";
    case handover::bare:
      return "bare";
    case handover::bare_inline:
      return "bare_inline";
  }
  std::abort();
}

}  // namespace unitcost
