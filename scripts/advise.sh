#!/bin/sh
# Which model for which need: advise.sh RUN --units N [--task-us T --waiting-share S --memory M --needs …]
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" advise "$@"
