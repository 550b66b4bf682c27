#!/bin/sh
# Compares runs case by case with the first: compare.sh RUN_A RUN_B [RUN…] [--json FILE] [--html FILE]
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" compare "$@"
