#!/bin/sh
# Builds the aarch64 context switches with a cross compiler and runs their register test under qemu-user.
# Exit 0: passed; 77: skipped, with the reason; anything else: failed.
set -eu

for tool in aarch64-linux-gnu-g++ qemu-aarch64-static; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "skipped: $tool is not installed (Debian: g++-aarch64-linux-gnu, qemu-user-static)"
    exit 77
  fi
done

root=$(cd "$(dirname "$0")/../../../.." && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

# Without optimisation too, where the compiler keeps a frame pointer and everything in memory.
for level in -O0 -O3; do
  aarch64-linux-gnu-g++ -std=c++20 "$level" -Wall -Wextra -Werror -static -I "$root" \
    "$root/tests/impl/stackful/switch/aarch64_switch_program.cpp" "$root/impl/stackful/switch/switch_aarch64.S" \
    "$root/impl/stackful/switch/switch_x86_64.S" -o "$build/switch_program"
  qemu-aarch64-static "$build/switch_program"
done
echo "passed: the aarch64 switches preserve all callee-saved registers"
