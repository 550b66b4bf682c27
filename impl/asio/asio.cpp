#include "impl/asio/asio.hpp"

#include "impl/asio/turns.hpp"

namespace unitcost::models {

void asio::run_alone(task<void> root) {
  turns::run(where_, 1, [&root](turns&, unsigned) { return std::move(root); });
}

}  // namespace unitcost::models
