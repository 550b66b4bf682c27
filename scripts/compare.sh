#!/bin/sh
# Compares two runs case by case: compare.sh RUN_A RUN_B [--json FILE]
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" compare "$@"
