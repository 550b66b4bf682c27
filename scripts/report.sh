#!/bin/sh
# Writes RUN/report/index.html with plots and tables: report.sh RUN
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" report "$@"
