#!/bin/sh
# Starts one command of the Python package: start.sh COMMAND [its arguments].
# Python is the repository's .venv where scripts/setup.sh made one, else the system's.
set -eu
scripts=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
python=$scripts/../.venv/bin/python
[ -x "$python" ] || python=/usr/bin/python3
PYTHONPATH=$scripts${PYTHONPATH:+:$PYTHONPATH} PYTHONDONTWRITEBYTECODE=1 exec "$python" -m unitcost_scripts "$@"
