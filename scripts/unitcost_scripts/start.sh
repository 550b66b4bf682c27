#!/bin/sh
# Starts one command of the Python package: start.sh COMMAND [its arguments].
# Python is the .venv beside the scripts where there is one (scripts/setup.sh makes it), else the system's.
set -eu
scripts=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
python=$scripts/../.venv/bin/python
[ -x "$python" ] || python=/usr/bin/python3
if [ ! -x "$python" ]; then
  echo "$1: there is no $python; install python3, or make an environment in $(dirname -- "$scripts")/.venv" >&2
  exit 2
fi
PYTHONPATH=$scripts${PYTHONPATH:+:$PYTHONPATH} PYTHONDONTWRITEBYTECODE=1 exec "$python" -m unitcost_scripts "$@"
