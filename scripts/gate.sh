#!/bin/sh
# Fails on what became slower or larger: gate.sh BASE RUN [--threshold 1.10]; 0 nothing did, 1 something, 2 cannot be told
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" gate "$@"
