#!/bin/sh
# Writes a run as other tools read it: export.sh RUN [--format F]… --out DIR
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" export "$@"
