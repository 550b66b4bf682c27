#!/bin/sh
# Draws every plot of a run again, from its records alone: plot.sh RUN
exec "$(dirname -- "$0")/unitcost_scripts/start.sh" plot "$@"
