// TCP connections of this machine with itself.
#pragma once

#include <cstddef>
#include <vector>

#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::load {

struct connection {
  runtime::owned_descriptor server, client;
};

/// Both ends of `count` established connections over 127.0.0.1, without Nagle's delay (tcp(7), TCP_NODELAY). Throws
/// limit_reached where there are not enough descriptors, std::system_error where the kernel refuses otherwise.
std::vector<connection> connect_loopback(std::size_t count);

void make_non_blocking(int descriptor);

/// From now on a write to a connection that the other side has closed fails (EPIPE) and does not end the process.
void ignore_broken_connections();

}  // namespace unitcost::load
