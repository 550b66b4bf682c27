#!/bin/sh
# Judges what textbooks say by the records of a run: claims.sh RUN [--json FILE]
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" claims "$@"
