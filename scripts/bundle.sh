#!/bin/sh
# Everything that is made of a run, and one archive of it: bundle.sh RUN [--anonymous] [--out FILE]
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" bundle "$@"
