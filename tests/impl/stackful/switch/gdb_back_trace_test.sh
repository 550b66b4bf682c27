#!/bin/sh
# Stops in a unit under gdb: its back-trace ends in the start of the unit, without a complaint.
# Usage: gdb_back_trace_test.sh PROGRAM. Exit 0: passed; 77: skipped, with the reason; anything else: failed.
set -eu

if ! command -v gdb >/dev/null 2>&1; then
  echo "skipped: gdb is not installed"
  exit 77
fi

shown=$(gdb -q -nx -batch -ex 'set debuginfod enabled off' -ex 'break stop_in_a_unit' -ex run -ex backtrace -ex kill \
  "$1" 2>&1) || true
echo "$shown"
case $shown in
*ptrace:*not\ permitted*)
  echo "skipped: gdb may not trace here"
  exit 77
  ;;
esac

last=$(echo "$shown" | grep '^#' | tail -n 1)
case $last in
*unitcost_inline_context_start*) ;;
*)
  echo "failed: the outermost frame is not the start of the unit"
  exit 1
  ;;
esac
if echo "$shown" | grep -q 'Backtrace stopped'; then
  echo "failed: gdb could not follow the stack to its end"
  exit 1
fi
echo "passed: the back-trace of a unit ends in its start"
