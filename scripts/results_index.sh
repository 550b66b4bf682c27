#!/bin/sh
# One page that compares all published machines: results_index.sh [--results DIR] [--out FILE]
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" results_index "$@"
